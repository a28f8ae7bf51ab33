//! The adapter of prost: see ../../README.md. prost has no mapping to JSON.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use std::process::ExitCode;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use prost::{DecodeError, Message, Name};

mod messages;

/// Decodes bytes, and encodes the message again.
pub(crate) type Pass = fn(&[u8]) -> Result<Vec<u8>, DecodeError>;

/// By full name.
pub(crate) type Messages = HashMap<String, Pass>;

pub(crate) fn add<T: Message + Name + Default>(messages: &mut Messages) {
    messages.insert(
        T::full_name(),
        |input| Ok(T::decode(input)?.encode_to_vec()),
    );
}

fn answer(line: &str, messages: &Messages) -> Result<String, Box<dyn Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [id, name, "binary", input] = fields[..] else {
        return Err(format!("expected four fields, the third of them binary, got {line:?}").into());
    };
    let pass = messages
        .get(name)
        .ok_or_else(|| format!("no message {name}: add it to messages.rs"))?;
    let input = BASE64_STANDARD.decode(input)?;
    Ok(match pass(&input) {
        Ok(output) => format!("{id}\tok\t{}\t-", BASE64_STANDARD.encode(output)),
        Err(reason) => format!(
            "{id}\trefused\t{}",
            reason
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        ),
    })
}

fn run() -> Result<(), Box<dyn Error>> {
    let messages = messages::all();
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        writeln!(out, "{}", answer(&line?, &messages)?)?;
    }
    Ok(out.flush()?)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vectors: {error}");
            ExitCode::from(2)
        }
    }
}
