# Finds Apache Arrow's C++ library for arrow_frame.h, and makes the target grafana_plugin_protocol::arrow: an installed
# one, else that of the Python package pyarrow, in the folder PYARROW or in that of the Python on PATH.
if(TARGET grafana_plugin_protocol::arrow)
  return()
endif()
set(libraries Arrow::arrow_shared)
find_package(Arrow CONFIG QUIET)
if(NOT Arrow_FOUND)
  if(NOT PYARROW)
    execute_process(COMMAND python3 -c "import pyarrow; print(pyarrow.__path__[0])"
      OUTPUT_VARIABLE PYARROW OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  # A relative one is from the project's folder.
  get_filename_component(pyarrow "${PYARROW}" ABSOLUTE BASE_DIR "${CMAKE_SOURCE_DIR}")
  file(GLOB library "${pyarrow}/libarrow.so.*" "${pyarrow}/libarrow.*.dylib")
  if(NOT library)
    set(grafana_plugin_protocol_FOUND FALSE)
    set(grafana_plugin_protocol_NOT_FOUND_MESSAGE
      "expected Apache Arrow: install libarrow-dev, or pip install pyarrow and set -DPYARROW=<folder of the package>")
    return()
  endif()
  list(GET library 0 library)
  add_library(grafana_plugin_protocol::libarrow SHARED IMPORTED)
  set_target_properties(grafana_plugin_protocol::libarrow PROPERTIES
    IMPORTED_LOCATION "${library}" INTERFACE_INCLUDE_DIRECTORIES "${pyarrow}/include")
  set(libraries grafana_plugin_protocol::libarrow)
endif()
add_library(grafana_plugin_protocol::arrow INTERFACE IMPORTED)
set_target_properties(grafana_plugin_protocol::arrow PROPERTIES
  INTERFACE_LINK_LIBRARIES "grafana_plugin_protocol::grafana_plugin_protocol;${libraries}" INTERFACE_COMPILE_FEATURES cxx_std_20)
