//! Several records of one person become one (contract 5.7).

use model::{Action, Change, EventKind, PersonId};
use store::{events, faces, people};

use super::{Found, named, no_person, one_shown, reassigned, visible};
use crate::{App, Result, Viewer};

impl App {
    /// Gives all faces of `sources`, which are different people and not `primary`, to `primary`,
    /// and removes `sources` for good. `primary` keeps its own fields (OP-37). `None` when there is
    /// nothing to keep: without names and faces `primary` goes too.
    pub async fn merge_people(
        &self,
        viewer: Viewer,
        primary: PersonId,
        sources: Vec<PersonId>,
    ) -> Result<Option<Found>> {
        let now = self.now();
        self.write(move |tx| {
            let library = visible(tx, &viewer, primary, Action::Write)?.library_id;
            let mut ids = sources.clone();
            ids.push(primary);
            ids.sort_unstable();
            let mut all = people::lock(tx, &ids)?;
            all.retain(|person| person.library_id == library);
            if let Some(id) = ids.iter().find(|id| all.iter().all(|person| person.id != **id)) {
                let err = no_person();
                return Err(if *id == primary { err } else { named(err, *id) });
            }
            let mut changes = reassigned(tx, &sources, Some(primary))?;
            let is_nobody = all.iter().all(|person| person.name.is_none())
                && changes.is_empty()
                && !faces::any_showing(tx, primary)?;
            let gone = if is_nobody { &ids } else { &sources };
            for id in gone {
                if is_nobody {
                    people::delete(tx, *id)?;
                } else {
                    people::merge(tx, primary, *id, now)?;
                }
                changes.push(Change::new(EventKind::PersonDeleted, id.uuid()));
            }
            events::append(tx, library, &changes, now)?;
            people::get(tx, primary)?.map(|person| one_shown(tx, person)).transpose()
        })
        .await
    }
}
