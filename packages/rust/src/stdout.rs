//! Takes stdout over: what the program prints goes to go-plugin's stdio service, the real one has the handshake line only.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

/// As much as hosts expect in a message.
const PIECE_BYTES: usize = 1_024;
/// What is kept of printed text while no host reads it: 1 MiB.
const PIECES: usize = 1_024;
const WAIT: Duration = Duration::from_millis(5);

/// What the program prints.
#[derive(Clone)]
pub(crate) struct Stdout {
    real: Print,
    /// For one reader at a time.
    pub(crate) pieces: Arc<Mutex<mpsc::Receiver<Vec<u8>>>>,
    pub(crate) readers: Arc<AtomicUsize>,
}

impl Stdout {
    pub(crate) fn take() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(PIECES);
        let readers = Arc::new(AtomicUsize::new(0));
        let real = take_over(sender, readers.clone())?;
        Ok(Stdout { real, pieces: Arc::new(Mutex::new(receiver)), readers })
    }

    /// Writes the handshake line. Fails when the host does not read any more.
    pub(crate) fn print_line(&self, line: &str) -> io::Result<()> {
        (self.real)(line.as_bytes())
    }
}

type Print = Arc<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

#[cfg(unix)]
fn take_over(sender: mpsc::Sender<Vec<u8>>, readers: Arc<AtomicUsize>) -> io::Result<Print> {
    use std::os::fd::{AsFd, AsRawFd};
    let real = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let (pipe, printed) = io::pipe()?;
    // SAFETY: both descriptors are open, and nothing else is changed.
    if unsafe { libc::dup2(printed.as_raw_fd(), io::stdout().as_raw_fd()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    std::thread::Builder::new().name("stdout".into()).spawn(move || forward(pipe, &sender, &readers))?;
    Ok(Arc::new(move |bytes| (&real).write_all(bytes)))
}

/// Elsewhere what is printed goes where the handshake line goes; hosts read on after it.
#[cfg(not(unix))]
fn take_over(_: mpsc::Sender<Vec<u8>>, _: Arc<AtomicUsize>) -> io::Result<Print> {
    Ok(Arc::new(|bytes| io::stdout().write_all(bytes).and_then(|()| io::stdout().flush())))
}

/// In a thread of its own: a handler that prints much would else wait for the runtime that it holds.
#[cfg_attr(not(unix), allow(dead_code))]
fn forward(mut pipe: impl Read, sender: &mpsc::Sender<Vec<u8>>, readers: &AtomicUsize) {
    let mut buffer = [0; PIECE_BYTES];
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        let mut piece = buffer[..length].to_vec();
        while let Err(mpsc::error::TrySendError::Full(back)) = sender.try_send(piece) {
            // Who prints waits for a host that reads, and for no other.
            if readers.load(Ordering::Relaxed) == 0 {
                break;
            }
            std::thread::sleep(WAIT);
            piece = back;
        }
    }
}
