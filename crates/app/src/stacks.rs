//! Stacks: group shots of one moment, regroup them, dissolve the group (contract 8).

mod burst;

use model::{
    Action, AssetId, Change, EventKind, Instant, LibraryId, Origin, Payload, Pile, Remains, Stack,
    StackId, gather, remains,
};
use store::assets::{self, Head};
use store::db::{Conn, Tx};
use store::{events, stacks};

use crate::assets::later_than;
use crate::{App, Error, Page, Result, Viewer, access};

/// Which stacks to list.
#[derive(Debug, Clone, Default)]
pub struct ListStacks {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<StackId>>,
    /// Who decides about them.
    pub origin: Option<Origin>,
    /// The one with this cover.
    pub primary: Option<AssetId>,
    /// From which stack on, itself excluded.
    pub after: Option<StackId>,
    /// 1–200.
    pub limit: i64,
    /// Whether to read the live members too.
    pub with_members: bool,
}

/// A stack, with its live members by capture time when they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The stack.
    pub stack: Stack,
    /// `None`: not asked for.
    pub members: Option<Vec<AssetId>>,
}

const MEANWHILE: &str = "somebody else changes the same stacks: nothing was done, try again";

impl App {
    /// A page of stacks, by id.
    pub async fn stacks(&self, viewer: Viewer, wanted: ListStacks) -> Result<Page<Listed>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            if let Some(after) = wanted.after {
                let here = stacks::get(conn, after)?.is_some_and(|it| it.library_id == library);
                here.then_some(()).ok_or_else(|| Error::no_position(after))?;
            }
            let filter = stacks::Filter {
                ids: wanted.ids.clone(),
                origin: wanted.origin,
                primary: wanted.primary,
            };
            let found = stacks::list(conn, library, &filter, wanted.after, wanted.limit + 1)?;
            let page = Page::of(found, wanted.limit);
            let items = listed(conn, page.items, wanted.with_members)?;
            Ok(Page { items, has_more: page.has_more })
        })
        .await
    }

    /// One stack.
    pub async fn stack(&self, viewer: Viewer, id: StackId) -> Result<Stack> {
        self.read(move |conn| seen(conn, &viewer, id, Action::Read)).await
    }

    /// Makes a stack of assets; those in other stacks leave them.
    pub async fn create_stack(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        ids: Vec<AssetId>,
        primary: Option<AssetId>,
    ) -> Result<Stack> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::Write)?.id;
            let scene = Scene::locked(tx, library, &ids, None)?;
            all_there(&scene.heads, &ids)?;
            let stack = new_stack(library, Origin::User, primary, now);
            let mut deed = Deed::new(tx, library, By::Person, now);
            deed.create(&stack)?;
            deed.gather(&stack, &[], &ids, &scene)?;
            deed.tell()?;
            stacks::get(tx, stack.id)?.ok_or_else(no_stack)
        })
        .await
        .map_err(|err| err.overtaken(MEANWHILE))
    }

    /// Chooses the cover of a stack, one of its live members.
    pub async fn set_stack_cover(
        &self,
        viewer: Viewer,
        id: StackId,
        primary: AssetId,
    ) -> Result<Stack> {
        let now = self.now();
        self.write(move |tx| {
            seen(tx, &viewer, id, Action::Write)?;
            let head = assets::lock(tx, primary)?;
            let mut stack = stacks::lock(tx, vec![id])?.pop().ok_or_else(gone)?;
            let is_live_member =
                head.is_some_and(|head| head.stack == Some(id) && head.trashed_at.is_none());
            if !is_live_member {
                let why = "not a live member of this stack".to_owned();
                return Err(Error::Invalid("primary_asset_id", why));
            }
            if (stack.primary, stack.origin) != (Some(primary), Origin::User) {
                stack.primary = Some(primary);
                let mut deed = Deed::new(tx, stack.library_id, By::Person, now);
                deed.save(&stack)?;
                deed.tell()?;
            }
            stacks::get(tx, id)?.ok_or_else(no_stack)
        })
        .await
        .map_err(|err| err.overtaken(MEANWHILE))
    }

    /// Adds assets to a stack; those in other stacks leave them.
    pub async fn add_to_stack(
        &self,
        viewer: Viewer,
        id: StackId,
        ids: Vec<AssetId>,
    ) -> Result<Stack> {
        let now = self.now();
        self.write(move |tx| {
            let library = seen(tx, &viewer, id, Action::Write)?.library_id;
            let scene = Scene::locked(tx, library, &ids, Some(id))?;
            all_there(&scene.heads, &ids)?;
            let (stack, pile) = scene.target(id)?;
            let mut deed = Deed::new(tx, library, By::Person, now);
            if deed.gather(stack, &pile.members, &ids, &scene)? {
                deed.save(stack)?;
            }
            deed.tell()?;
            stacks::get(tx, id)?.ok_or_else(no_stack)
        })
        .await
        .map_err(|err| err.overtaken(MEANWHILE))
    }

    /// Takes assets out of a stack; those that are not in it are skipped.
    pub async fn remove_from_stack(
        &self,
        viewer: Viewer,
        id: StackId,
        ids: Vec<AssetId>,
    ) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let library = seen(tx, &viewer, id, Action::Write)?.library_id;
            let scene = Scene::locked(tx, library, &ids, Some(id))?;
            leave(tx, &scene, id, &ids, now)
        })
        .await
        .map_err(|err| err.overtaken(MEANWHILE))
    }

    /// Dissolves a stack; its members stay.
    pub async fn delete_stack(&self, viewer: Viewer, id: StackId) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let stack = seen(tx, &viewer, id, Action::Delete)?;
            let members = stacks::piles(tx, std::slice::from_ref(&stack))?
                .pop()
                .map_or_else(Vec::new, |pile| pile.members);
            let scene = Scene::locked(tx, stack.library_id, &members, Some(id))?;
            // Whoever has come since leaves too.
            let members = scene.target(id)?.1.members.clone();
            leave(tx, &scene, id, &members, now)
        })
        .await
        .map_err(|err| err.overtaken(MEANWHILE))
    }
}

fn leave(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: StackId,
    leaving: &[AssetId],
    now: Instant,
) -> Result<()> {
    let (stack, pile) = scene.target(id)?;
    let mut deed = Deed::new(tx, stack.library_id, By::Person, now);
    deed.part(stack, pile, leaving)?;
    deed.tell()
}

/// Locks the stacks that assets are in, before anything else about these assets is changed.
pub(crate) fn lock_of(tx: &mut Tx<'_>, heads: &[Head]) -> Result<()> {
    stacks::lock(tx, stack_ids(heads))?;
    Ok(())
}

/// Assets are about to be removed for good: what becomes of their stacks. The changes are those to
/// be told, in this order.
pub(crate) fn bereave(
    tx: &mut Tx<'_>,
    library: LibraryId,
    heads: &[Head],
    now: Instant,
) -> Result<Vec<Change>> {
    let found = stacks::lock(tx, stack_ids(heads))?;
    let piles = stacks::piles(tx, &found)?;
    let leaving: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
    let mut deed = Deed::new(tx, library, By::Machine, now);
    for (stack, pile) in found.iter().zip(&piles) {
        for gone in pile.members.iter().filter(|member| leaving.contains(member)) {
            assets::set_stack(deed.tx, *gone, None, false, now)?;
        }
        if let Some(remains) = remains(pile, &leaving) {
            deed.settle(stack, &remains)?;
        }
    }
    Ok(in_order(deed.changes))
}

/// Assets are about to leave the library: they leave their stacks first. They are locked, with all
/// their mates. Returns what is to be told, in this order.
pub(crate) fn leave_all(
    tx: &mut Tx<'_>,
    library: LibraryId,
    heads: &[Head],
    now: Instant,
) -> Result<Vec<Change>> {
    let found = stacks::lock(tx, stack_ids(heads))?;
    let piles = stacks::piles(tx, &found)?;
    let leaving: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
    let mut deed = Deed::new(tx, library, By::Machine, now);
    for (stack, pile) in found.iter().zip(&piles) {
        deed.part(stack, pile, &leaving)?;
    }
    Ok(in_order(deed.changes))
}

fn seen(conn: &mut Conn, viewer: &Viewer, id: StackId, action: Action) -> Result<Stack> {
    let stack = stacks::get(conn, id)?.ok_or_else(no_stack)?;
    access::within(conn, viewer, stack.library_id, action, no_stack)?;
    Ok(stack)
}

fn no_stack() -> Error {
    Error::NotFound("Stack not found".to_owned())
}

/// It was there a moment ago, and somebody has dissolved it.
fn gone() -> Error {
    Error::Conflict("this stack is gone".to_owned())
}

fn all_there(heads: &[Head], ids: &[AssetId]) -> Result<()> {
    match ids.iter().find(|id| heads.iter().all(|head| head.id != **id)) {
        Some(missing) => Err(Error::NotFound(format!("Asset {missing} not found"))),
        None => Ok(()),
    }
}

fn new_stack(
    library_id: LibraryId,
    origin: Origin,
    primary: Option<AssetId>,
    now: Instant,
) -> Stack {
    Stack {
        id: StackId::generate(),
        library_id,
        origin,
        primary,
        asset_count: 0,
        created_at: now,
        updated_at: now,
    }
}

fn listed(conn: &mut Conn, found: Vec<Stack>, with_members: bool) -> Result<Vec<Listed>> {
    if !with_members {
        return Ok(found.into_iter().map(|stack| Listed { stack, members: None }).collect());
    }
    let all = stacks::live_members(conn, found.iter().map(|stack| stack.id).collect())?;
    let members = |id: StackId| {
        all.iter().filter(|(stack, _)| *stack == id).map(|(_, asset)| *asset).collect()
    };
    Ok(found.into_iter().map(|stack| Listed { members: Some(members(stack.id)), stack }).collect())
}

fn stack_ids(heads: &[Head]) -> Vec<StackId> {
    let mut ids: Vec<StackId> = heads.iter().filter_map(|head| head.stack).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Assets with all their mates, and their stacks: nobody else changes any of it meanwhile.
struct Scene {
    heads: Vec<Head>,
    stacks: Vec<Stack>,
    piles: Vec<Pile>,
}

impl Scene {
    /// Assets first and in the order of ids, then stacks, so that two deeds never wait for each
    /// other in a circle.
    fn locked(
        tx: &mut Tx<'_>,
        library: LibraryId,
        assets: &[AssetId],
        target: Option<StackId>,
    ) -> Result<Self> {
        let heads = assets::lock_with_mates(tx, library, assets)?;
        let mut ids = stack_ids(&heads);
        ids.extend(target.filter(|target| !ids.contains(target)));
        let stacks = stacks::lock(tx, ids)?;
        let piles = stacks::piles(tx, &stacks)?;
        Ok(Self { heads, stacks, piles })
    }

    fn target(&self, id: StackId) -> Result<(&Stack, &Pile)> {
        let found = self.stacks.iter().zip(&self.piles).find(|(stack, _)| stack.id == id);
        found.ok_or_else(gone)
    }
}

/// Who regroups: what a person does, the burst detector leaves alone from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Person,
    Machine,
}

/// A regrouping, and what is to be told of it.
struct Deed<'t, 'c> {
    tx: &'t mut Tx<'c>,
    library: LibraryId,
    by: By,
    now: Instant,
    changes: Vec<Change>,
}

impl<'t, 'c> Deed<'t, 'c> {
    fn new(tx: &'t mut Tx<'c>, library: LibraryId, by: By, now: Instant) -> Self {
        Self { tx, library, by, now, changes: Vec::new() }
    }

    fn create(&mut self, stack: &Stack) -> Result<()> {
        stacks::insert(self.tx, stack)?;
        self.changes.push(Change::new(EventKind::StackCreated, stack.id.uuid()));
        Ok(())
    }

    /// Brings assets together in `stack`, which has these members. Returns whether any joined.
    fn gather(
        &mut self,
        stack: &Stack,
        members: &[AssetId],
        wanted: &[AssetId],
        scene: &Scene,
    ) -> Result<bool> {
        let others: Vec<Pile> =
            scene.piles.iter().filter(|pile| pile.id != stack.id).cloned().collect();
        let (joined, left) = gather(members, wanted, &others);
        self.place(&joined, Some(stack.id))?;
        for remains in left {
            if let Some(other) = scene.stacks.iter().find(|other| other.id == remains.id) {
                self.settle(other, &remains)?;
            }
        }
        Ok(!joined.is_empty())
    }

    /// Puts assets into a stack or out of any.
    fn place(&mut self, assets: &[AssetId], stack: Option<StackId>) -> Result<()> {
        let is_unstacked = stack.is_none() && self.by == By::Person;
        for asset in assets {
            assets::set_stack(self.tx, *asset, stack, is_unstacked, self.now)?;
            let payload = Payload::Stacked { stack };
            self.changes.push(Change::with(EventKind::AssetUpdated, asset.uuid(), payload));
        }
        Ok(())
    }

    /// Takes those of `leaving` that are in a stack out of it.
    fn part(&mut self, stack: &Stack, pile: &Pile, leaving: &[AssetId]) -> Result<()> {
        let Some(remains) = remains(pile, leaving) else { return Ok(()) };
        let gone: Vec<AssetId> =
            pile.members.iter().copied().filter(|asset| leaving.contains(asset)).collect();
        self.place(&gone, None)?;
        self.settle(stack, &remains)
    }

    /// What members have left: a smaller stack, or none.
    fn settle(&mut self, stack: &Stack, remains: &Remains) -> Result<()> {
        if remains.is_dissolved {
            self.place(&remains.rest, None)?;
            stacks::delete(self.tx, stack.id)?;
            self.changes.push(Change::new(EventKind::StackDeleted, stack.id.uuid()));
            return Ok(());
        }
        self.save(&Stack { primary: remains.cover, ..stack.clone() })
    }

    fn save(&mut self, stack: &Stack) -> Result<()> {
        let origin = match self.by {
            By::Person => Origin::User,
            By::Machine => stack.origin,
        };
        let updated_at = later_than(stack.updated_at, self.now);
        stacks::save(self.tx, &Stack { origin, updated_at, ..stack.clone() })?;
        self.changes.push(Change::new(EventKind::StackUpdated, stack.id.uuid()));
        Ok(())
    }

    fn tell(self) -> Result<()> {
        let Self { tx, library, now, changes, .. } = self;
        Ok(events::append(tx, library, &in_order(changes), now)?)
    }
}

/// The changes in the order they are told: a reader meets no stack before it is made, and no stack
/// that is gone while assets are still in it.
fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| match change.kind {
        EventKind::StackCreated => 0,
        EventKind::StackUpdated => 2,
        EventKind::StackDeleted => 3,
        _ => 1,
    });
    changes
}
