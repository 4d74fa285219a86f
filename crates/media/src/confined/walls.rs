//! What surrounds a child: limits of the system everywhere, and on Linux Landlock for files and
//! seccomp for calls.
//!
//! Kernels without Landlock or seccomp run the child with its limits alone.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Bounds, Input, Job};

/// Files a child may have open at once: its pipes, its input, and the library being loaded.
const OPEN_FILES: u64 = 64;

/// Which walls this system has beside the limits on memory, time and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// Landlock: no file but its own libraries and its input.
    pub files: bool,
    /// seccomp: no network, no look at other processes.
    pub calls: bool,
}

/// Finds out what this system has.
pub fn protection() -> Protection {
    system::protection()
}

/// Has the child surround itself before the program in it begins.
#[expect(unsafe_code, reason = "the only way to run something between fork and exec")]
pub(super) fn put_around(command: &mut Command, program: &Path, job: &Job<'_>) -> io::Result<()> {
    let bounds = job.bounds;
    let input = match job.input {
        Input::File(file) => Some(file),
        Input::Bytes(_) => None,
    };
    let mut fence = Some(system::Fence::around(program, input)?);
    // SAFETY: there is one thread between fork and exec, and other threads may have held locks at
    // the fork. So nothing here allocates, locks or panics: it is system calls only, prepared above.
    unsafe {
        command.pre_exec(move || {
            limit(bounds)?;
            fence.take().map_or(Ok(()), system::Fence::close)
        });
    }
    Ok(())
}

fn limit(bounds: Bounds) -> io::Result<()> {
    let seconds = bounds.time.as_secs().max(1);
    for (resource, most, hard) in [
        (Resource::As, bounds.memory_bytes, bounds.memory_bytes),
        // At the first a signal that says why, at the second one that cannot be caught.
        (Resource::Cpu, seconds, seconds + 2),
        (Resource::Fsize, 0, 0),
        (Resource::Nofile, OPEN_FILES, OPEN_FILES),
        (Resource::Core, 0, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(hard) })?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::BTreeMap;
    use std::fs::File;
    use std::io;
    use std::path::Path;
    use std::sync::OnceLock;

    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, PathBeneath, Ruleset, RulesetAttr as _,
        RulesetCreated, RulesetCreatedAttr as _, RulesetError, RulesetStatus, path_beneath_rules,
    };
    use rustix::process::{Signal, set_parent_process_death_signal};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    use super::Protection;

    /// Where programs and their libraries are. Nobody keeps photographs there.
    const PROGRAMS: &[&str] = &["/usr", "/lib", "/lib64", "/bin", "/opt", "/nix/store"];
    /// What the loader and the C library look at.
    const SYSTEM: &[&str] =
        &["/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/sys/devices/system"];

    pub(super) struct Fence {
        files: RulesetCreated,
        calls: &'static BpfProgram,
    }

    impl Fence {
        /// Prepared where there is time and memory for it.
        pub(super) fn around(program: &Path, input: Option<&File>) -> io::Result<Self> {
            let files = rules(program, input).map_err(io::Error::other)?;
            Ok(Self { files, calls: forbidden_calls() })
        }

        /// Only system calls, see the caller.
        pub(super) fn close(self) -> io::Result<()> {
            // Should the server have died before this line, the child's pipes have no other end, and
            // its time is limited.
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // Kernels without one or the other leave the limits.
            _ = self.files.restrict_self();
            _ = seccompiler::apply_filter(self.calls);
            Ok(())
        }
    }

    fn rules(program: &Path, input: Option<&File>) -> Result<RulesetCreated, RulesetError> {
        let (all, reading) = (AccessFs::from_all(ABI::V5), AccessFs::from_read(ABI::V5));
        let rules = Ruleset::default()
            .handle_access(all)?
            .handle_access(AccessNet::from_all(ABI::V5))?
            .create()?
            .add_rules(path_beneath_rules(PROGRAMS.iter().chain(SYSTEM), reading))?
            .add_rules(path_beneath_rules([program], reading))?;
        match input {
            Some(file) => rules.add_rule(PathBeneath::new(file, AccessFs::ReadFile)),
            None => Ok(rules),
        }
    }

    /// What no decoder does. Everything else is left to it: a list of what is allowed would have to
    /// follow each version of each C library.
    fn forbidden_calls() -> &'static BpfProgram {
        static FILTER: OnceLock<BpfProgram> = OnceLock::new();
        FILTER.get_or_init(|| {
            let calls = [
                libc::SYS_socket,
                libc::SYS_socketpair,
                libc::SYS_connect,
                libc::SYS_bind,
                libc::SYS_listen,
                libc::SYS_kill,
                libc::SYS_ptrace,
                libc::SYS_process_vm_readv,
                libc::SYS_process_vm_writev,
                libc::SYS_pidfd_open,
                libc::SYS_pidfd_getfd,
                libc::SYS_mount,
                libc::SYS_unshare,
                libc::SYS_setns,
                libc::SYS_bpf,
                libc::SYS_perf_event_open,
                libc::SYS_userfaultfd,
                libc::SYS_io_uring_setup,
                libc::SYS_keyctl,
                libc::SYS_add_key,
                libc::SYS_request_key,
            ];
            let rules: BTreeMap<i64, _> = calls.map(|call| (call, Vec::new())).into();
            let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
            let program = std::env::consts::ARCH.try_into().ok().and_then(|machine| {
                SeccompFilter::new(rules, SeccompAction::Allow, refused, machine)
                    .ok()
                    .and_then(|filter| filter.try_into().ok())
            });
            // An empty one is refused when it is applied, as by a kernel that has none.
            program.unwrap_or_default()
        })
    }

    /// Both restrict the thread that asks, so one is made for it.
    pub(super) fn protection() -> Protection {
        let probe = std::thread::spawn(|| {
            let files = rules(Path::new("/"), None).and_then(RulesetCreated::restrict_self);
            Protection {
                files: files.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced),
                calls: seccompiler::apply_filter(forbidden_calls()).is_ok(),
            }
        });
        probe.join().unwrap_or(Protection { files: false, calls: false })
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use super::Protection;

    pub(super) struct Fence;

    impl Fence {
        pub(super) fn around(_: &Path, _: Option<&File>) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn close(self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(super) fn protection() -> Protection {
        Protection { files: false, calls: false }
    }
}
