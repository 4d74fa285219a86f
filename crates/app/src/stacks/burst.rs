//! What the camera shot in one burst becomes a stack (docs/stacks.md).

use model::{AssetId, Burst, Instant, Origin, Task, burst_of};
use store::db::{Conn, Tx};
use store::stacks::{self, Shot};

use super::{By, Deed, Scene, new_stack};
use crate::{App, Error, Result};

/// How many shots before and after are looked at.
const REACH: i64 = 100;
/// How far away they may be, in microseconds: a minute.
const WINDOW: i64 = 60_000_000;

impl App {
    /// Stacks the burst that an asset is part of, if it is in one.
    pub(crate) async fn detect_burst(&self, task: &Task) -> Result<()> {
        let (id, now) = (task.asset_id, self.now());
        self.write(move |tx| {
            let Some((shot, burst)) = look(tx, id)? else { return Ok(()) };
            stack(tx, &shot, &burst.frames, now)
        })
        .await
    }
}

fn look(conn: &mut Conn, id: AssetId) -> Result<Option<(Shot, Burst)>> {
    let Some(shot) = stacks::shot(conn, id)? else { return Ok(None) };
    let frames = stacks::around(conn, &shot, REACH, WINDOW)?;
    Ok(burst_of(&frames, id).map(|burst| (shot, burst)))
}

/// Decides again once nobody else can change these frames: what was seen before may be over.
fn stack(tx: &mut Tx<'_>, shot: &Shot, seen: &[AssetId], now: Instant) -> Result<()> {
    let scene = Scene::locked(tx, shot.library_id, seen, None)?;
    let Some((_, burst)) = look(tx, shot.id)? else { return Ok(()) };
    let is_locked = |id: &AssetId| scene.heads.iter().any(|head| head.id == *id);
    if !burst.frames.iter().all(is_locked) {
        return Err(Error::Busy("more of the burst has come meanwhile".into()));
    }
    let mut wanted = burst.frames;
    let known = scene.stacks.iter().zip(&scene.piles);
    for (_, pile) in known.filter(|(stack, _)| stack.origin == Origin::AutoBurst) {
        // Two parts of a burst become one, whole.
        if pile.members.iter().any(|member| wanted.contains(member)) {
            wanted.extend(&pile.members);
        }
    }
    let mut deed = Deed::new(tx, shot.library_id, By::Machine, now);
    if let Some(id) = burst.stack {
        let (stack, pile) = scene.target(id)?;
        if deed.gather(stack, &pile.members, &wanted, &scene)? {
            deed.save(stack)?;
        }
    } else {
        let stack = new_stack(shot.library_id, Origin::AutoBurst, None, now);
        deed.create(&stack)?;
        deed.gather(&stack, &[], &wanted, &scene)?;
    }
    deed.tell()
}
