use rustix::process::{Pid, Signal, kill_process};

use super::*;

const BOUNDS: Bounds =
    Bounds { memory_bytes: 256 << 20, time: Duration::from_secs(20), output_bytes: 1 << 20 };

fn shell(script: &str, input: &[u8], bounds: Bounds) -> (Result<Ended, Broken>, Vec<u8>) {
    let arguments = ["-c".to_owned(), script.to_owned()];
    let input = Input::Bytes(input);
    let job = Job { program: "sh", arguments: &arguments, input, bounds };
    let mut output = Vec::<u8>::new();
    let ended = run(&job, |piece| output.extend(piece));
    (ended, output)
}

#[test]
fn bytes_go_through() {
    let input: Vec<u8> = (0..1_000_000u32).map(|n| n.to_le_bytes()[0]).collect();
    let (ended, output) = shell("cat; echo done >&2", &input, BOUNDS);
    let ended = ended.unwrap();
    assert!(ended.is_success && output == input);
    assert_eq!(ended.log, "done\n");
}

#[test]
fn a_file_can_be_moved_about_in() {
    use std::io::Seek as _;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"heliograph").unwrap();
    file.rewind().unwrap();
    let arguments = ["-c".to_owned(), "tail -c 5 /dev/fd/0; head -c 2 /dev/fd/0".to_owned()];
    let job =
        Job { program: "sh", arguments: &arguments, input: Input::File(&file), bounds: BOUNDS };
    let mut output = Vec::<u8>::new();
    assert!(run(&job, |piece| output.extend(piece)).unwrap().is_success);
    assert_eq!(output, b"graphhe");
}

#[test]
fn failure_crash_and_murder_are_told_apart() {
    assert!(!shell("exit 3", b"", BOUNDS).0.unwrap().is_success);
    assert!(matches!(struck(Signal::SEGV), Err(Broken::Crashed(11))));
    assert!(matches!(struck(Signal::KILL), Err(Broken::Killed)));
    let missing = Job {
        program: "no-such-program",
        arguments: &[],
        input: Input::Bytes(b""),
        bounds: BOUNDS,
    };
    assert!(matches!(run(&missing, |_| {}), Err(Broken::Missing(_))));
}

/// A child that says who it is, and gets that signal in the middle of its work.
fn struck(signal: Signal) -> Result<Ended, Broken> {
    let arguments = ["-c".to_owned(), "echo $$; exec sleep 600".to_owned()];
    let job =
        Job { program: "sh", arguments: &arguments, input: Input::Bytes(b""), bounds: BOUNDS };
    let mut said = String::new();
    run(&job, |piece| {
        said += std::str::from_utf8(piece).unwrap();
        if let Some(pid) =
            said.strip_suffix('\n').and_then(|pid| Pid::from_raw(pid.parse().unwrap()))
        {
            kill_process(pid, signal).unwrap();
        }
    })
}

#[test]
fn who_never_ends_is_ended() {
    let bounds = Bounds { time: Duration::from_secs(1), ..BOUNDS };
    for script in [
        "sleep 600",
        "exec >&- 2>&-; sleep 600",
        "while :; do :; done",
        "while :; do echo x; done >&2",
    ] {
        let ended = shell(script, &vec![0; 1 << 20], bounds).0;
        assert!(matches!(ended, Err(Broken::TooSlow(_))), "{script}: {ended:?}");
    }
}

#[test]
fn who_talks_too_much_is_ended() {
    let (ended, output) = shell("while :; do echo heliograph; done", b"", BOUNDS);
    assert!(matches!(ended, Err(Broken::TooMuch(_))), "{ended:?}");
    assert!(output.len() as u64 <= BOUNDS.output_bytes);
}

#[test]
fn the_log_is_cut() {
    let (ended, _) = shell("head -c 1000000 >&2", &vec![b'x'; 1_000_000], BOUNDS);
    assert_eq!(ended.unwrap().log.len(), LOG_BYTES);
}

#[test]
fn nothing_is_written_and_little_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("note");
    let (ended, _) = shell(&format!("echo note > {}", file.display()), b"", BOUNDS);
    assert!(!ended.is_ok_and(|ended| ended.is_success));
    assert_eq!(std::fs::read(&file).unwrap_or_default(), b"");
    let hoard = "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done";
    assert!(!shell(hoard, b"", BOUNDS).0.is_ok_and(|ended| ended.is_success));
}

/// Asks for sockets of TCP, UDP and the system itself, and whether it may signal its parent.
const REACHING_OUT: &str = "\
    for (([2, 1], [2, 2], [1, 1])) { print socket(my $s, $_->[0], $_->[1], 0) ? 'open ' : 0 + $! . ' ' } \
    print kill(0, getppid()) ? 'heard' : 0 + $!";

#[test]
fn the_network_is_out_of_reach_where_the_kernel_can() {
    let Some(perl) = find("perl") else {
        eprintln!("skipped: no perl to try it with");
        return;
    };
    let arguments = ["-e".to_owned(), REACHING_OUT.to_owned()];
    let outside = Command::new(&perl).args(&arguments).output().unwrap().stdout;
    assert_eq!(String::from_utf8_lossy(&outside), "open open open heard");
    let program = perl.to_str().unwrap();
    let job = Job { program, arguments: &arguments, input: Input::Bytes(b""), bounds: BOUNDS };
    let mut inside = Vec::<u8>::new();
    let ended = run(&job, |piece| inside.extend(piece)).unwrap();
    assert!(ended.is_success, "{}", ended.log);
    if protection().calls {
        // EPERM, four times.
        assert_eq!(String::from_utf8_lossy(&inside), "1 1 1 1");
    } else {
        eprintln!("skipped: this kernel has no seccomp");
    }
}

#[test]
fn other_files_are_out_of_reach_where_the_kernel_can() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let program = folder.path().join("program");
    std::fs::write(&program, "#!/bin/sh\necho secret\n").unwrap();
    let (folder, secret, program) = (folder.path().display(), secret.display(), program.display());
    for script in [
        format!("cat {secret}"),
        format!("ls {folder}"),
        format!("sh {program}"),
        "cat /etc/passwd".to_owned(),
        // The environment of the server may hold passwords.
        "cat /proc/$PPID/environ /proc/self/environ".to_owned(),
    ] {
        let outside = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(!outside.stdout.is_empty(), "{script} works without walls");
        let (ended, output) = shell(&script, b"", BOUNDS);
        if protection().files {
            assert!(!ended.unwrap().is_success && output.is_empty(), "{script}");
        } else {
            eprintln!("skipped: this kernel has no Landlock");
        }
    }
}
