//! Where a plugin listens: a unix socket for its user only, or a port of the range that the host gives.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use tokio::net::TcpListener;

use crate::handshake::variable;

/// Bytes of the longest path of a unix socket on every system that has them.
#[cfg(unix)]
const MAX_SOCKET_PATH: usize = 103;

pub(crate) enum Listener {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, PathBuf),
    Tcp(TcpListener, String),
}

impl Listener {
    pub(crate) async fn open(is_tcp: bool) -> Result<Self, String> {
        #[cfg(unix)]
        if !is_tcp {
            return open_unix();
        }
        let _ = is_tcp;
        open_tcp().await
    }

    pub(crate) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Listener::Unix(..) => "unix",
            Listener::Tcp(..) => "tcp",
        }
    }

    pub(crate) fn address(&self) -> String {
        match self {
            #[cfg(unix)]
            Listener::Unix(_, path) => path.display().to_string(),
            Listener::Tcp(_, address) => address.clone(),
        }
    }

    /// The file to remove at the end.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match self {
            #[cfg(unix)]
            Listener::Unix(_, path) => Some(path.clone()),
            Listener::Tcp(..) => None,
        }
    }
}

#[cfg(unix)]
fn open_unix() -> Result<Listener, String> {
    let named = variable("PLUGIN_UNIX_SOCKET_DIR");
    let source = if named.is_some() { "PLUGIN_UNIX_SOCKET_DIR" } else { "the temporary directory" };
    let folder = named.map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("plugin{:016x}", random()));
    let text = path.to_str().ok_or("expected the directory of the socket to be UTF-8: set PLUGIN_UNIX_SOCKET_DIR")?;
    if text.len() > MAX_SOCKET_PATH || text.contains('|') {
        let folder = folder.display();
        return Err(format!("a socket in \"{folder}\" has a path that is too long or has a \"|\": set PLUGIN_UNIX_SOCKET_DIR"));
    }
    // The mode is right from the first moment on. SAFETY: umask only exchanges a number.
    let before = unsafe { libc::umask(0o177) };
    let bound = tokio::net::UnixListener::bind(&path);
    // SAFETY: as above.
    unsafe { libc::umask(before) };
    let listener = bound.map_err(|error| format!("cannot make a socket in \"{}\": {error}: check {source}", folder.display()))?;
    if let Err(error) = share_with_group(&path) {
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    Ok(Listener::Unix(listener, path))
}

/// Without a crate for it: the standard library's maps have a random seed.
#[cfg(unix)]
fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

#[cfg(unix)]
fn share_with_group(path: &std::path::Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let Some(group) = variable("PLUGIN_UNIX_SOCKET_GROUP") else { return Ok(()) };
    let id = group.parse().ok().or_else(|| group_id(&group));
    let shared = id.ok_or_else(|| std::io::Error::other("there is no such group")).and_then(|id| {
        std::os::unix::fs::chown(path, None, Some(id))?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))
    });
    shared.map_err(|error| format!("cannot give the socket to the group \"{group}\" (PLUGIN_UNIX_SOCKET_GROUP): {error}"))
}

#[cfg(unix)]
fn group_id(name: &str) -> Option<u32> {
    let name = std::ffi::CString::new(name).ok()?;
    // SAFETY: the name ends with NUL; the result is read before any other call.
    unsafe { libc::getgrnam(name.as_ptr()).as_ref().map(|group| group.gr_gid) }
}

async fn open_tcp() -> Result<Listener, String> {
    let port = |name| match variable(name) {
        None => Ok(0),
        Some(text) => text.parse::<u16>().map_err(|_| format!("expected a port in {name}, got \"{text}\"")),
    };
    let (first, last) = (port("PLUGIN_MIN_PORT")?, port("PLUGIN_MAX_PORT")?);
    for port in first..=last {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            let address = listener.local_addr().map_err(|error| error.to_string())?;
            return Ok(Listener::Tcp(listener, address.to_string()));
        }
    }
    Err(format!("every port from {first} to {last} is in use: check PLUGIN_MIN_PORT and PLUGIN_MAX_PORT"))
}
