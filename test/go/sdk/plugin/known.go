package main

import "reflect"

// known reads a field that not every version of a struct has; false if this one lacks it.
func known[T any](pointer any, name string) (T, bool) {
	var none T
	field := reflect.ValueOf(pointer).Elem().FieldByName(name)
	if !field.IsValid() || !field.Type().ConvertibleTo(reflect.TypeFor[T]()) {
		return none, false
	}
	value, ok := field.Convert(reflect.TypeFor[T]()).Interface().(T)
	return value, ok
}

// set writes such a field, if this version has it.
func set(pointer any, name string, value any) {
	field := reflect.ValueOf(pointer).Elem().FieldByName(name)
	if field.IsValid() {
		field.Set(reflect.ValueOf(value).Convert(field.Type()))
	}
}
