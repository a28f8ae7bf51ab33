//! How a plugin ends: on Shutdown, on SIGTERM, and when its host has gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Between two looks at the parent, for whose end there is no event.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(500);
/// A host kills two seconds after Shutdown.
const AT_LAST: Duration = Duration::from_millis(1_500);

/// Asked for once, and seen by all who wait.
#[derive(Clone)]
pub(crate) struct Ending(Arc<watch::Sender<bool>>);

impl Ending {
    pub(crate) fn new() -> Self {
        Ending(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn requested(&self) {
        // The sender is held by self, so this does not fail.
        let _ = self.0.subscribe().wait_for(|is_requested| *is_requested).await;
    }

    /// Watches signals and the parent that the process had at its start. `clean_up` runs when handlers hang at the end.
    pub(crate) fn watch(&self, parent: u32, clean_up: impl FnOnce() + Send + 'static) -> Result<(), String> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let refuse = |error| format!("cannot set up signals: {error}");
            let mut terminate = signal(SignalKind::terminate()).map_err(refuse)?;
            // Ctrl-C in the host's terminal reaches the plugin too; the host is to end it. From here on it has no effect.
            let interrupt = signal(SignalKind::interrupt()).map_err(refuse)?;
            let ending = self.clone();
            tokio::spawn(async move {
                let _ignored = interrupt;
                terminate.recv().await;
                ending.request();
            });
            let ending = self.clone();
            tokio::spawn(async move {
                while std::os::unix::process::parent_id() == parent {
                    tokio::time::sleep(LOOK).await;
                }
                ending.request();
            });
        }
        #[cfg(not(unix))]
        let _ = parent;
        let ending = self.clone();
        tokio::spawn(async move {
            ending.requested().await;
            // A thread: handlers may hold every thread of the runtime.
            std::thread::spawn(move || {
                std::thread::sleep(AT_LAST);
                clean_up();
                std::process::exit(0);
            });
        });
        Ok(())
    }
}

/// The process that started this one.
pub(crate) fn parent() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    0
}
