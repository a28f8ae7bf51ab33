//! Writes the messages and the services of one contract, by prost and tonic. protoc-gen-tonic cannot give the methods of
//! services a body; here an RPC that a plugin lacks answers UNIMPLEMENTED, so a new one breaks no plugin.

use std::error::Error;
use std::io::{Read, Write, stdin, stdout};
use std::{env, fs, process};

use prost::Message;
use prost_types::FileDescriptorSet;
use prost_types::compiler::code_generator_response::{Feature, File};
use prost_types::compiler::{CodeGeneratorRequest, CodeGeneratorResponse};

fn main() -> Result<(), Box<dyn Error>> {
    let mut input = Vec::new();
    stdin().read_to_end(&mut input)?;
    let request = CodeGeneratorRequest::decode(&*input)?;
    let folder = env::temp_dir().join(format!("protoc-gen-rust-contract-{}", process::id()));
    fs::create_dir(&folder)?;
    let files = generate(request, &folder);
    fs::remove_dir_all(&folder)?;
    let response = CodeGeneratorResponse {
        file: files?,
        supported_features: Some(Feature::Proto3Optional as u64),
        ..Default::default()
    };
    stdout().write_all(&response.encode_to_vec())?;
    Ok(())
}

fn generate(request: CodeGeneratorRequest, folder: &std::path::Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut messages = tonic_prost_build::Config::new();
    // For the vectors, which name messages.
    messages.enable_type_names();
    tonic_prost_build::configure()
        .generate_default_stubs(true)
        .build_transport(false)
        // The same bytes at each run.
        .btree_map(".")
        .emit_rerun_if_changed(false)
        .out_dir(folder)
        .compile_fds_with_config(FileDescriptorSet { file: request.proto_file }, messages)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name that is not UTF-8")?;
        // Of imported files, which have nothing to write.
        if name.starts_with("google.") || name == "_.rs" {
            continue;
        }
        files.push(File {
            name: Some(name.into()),
            content: Some(fs::read_to_string(&path)?),
            ..Default::default()
        });
    }
    Ok(files)
}
