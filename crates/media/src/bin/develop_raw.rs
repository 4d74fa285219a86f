//! Develops one raw file, for tests: the server does this itself when it is started so.

use std::io;

fn main() -> io::Result<()> {
    let edge = std::env::args().nth(2).and_then(|edge| edge.parse().ok()).unwrap_or(0);
    media::picture::develop_raw(&mut io::stdin(), &mut io::stdout(), edge)
}
