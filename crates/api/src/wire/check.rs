//! Mistakes in the table of operations that no compiler sees.

use std::collections::HashSet;

use super::{Operation, Place};

/// Everything wrong with the table, a line each; empty when all is well. For a test.
pub fn check<S>(operations: &[Operation<S>]) -> Vec<String> {
    let mut mistakes = Vec::new();
    let (mut ids, mut routes) = (HashSet::new(), HashSet::new());
    for operation in operations {
        let Operation { id, verb, path, .. } = *operation;
        if !ids.insert(id) {
            mistakes.push(format!("{id}: the id is used twice"));
        }
        if !routes.insert((verb, path.trim_end_matches('/'))) {
            mistakes.push(format!("{id}: {} {path} is used twice", verb.name()));
        }
        if operation.summary.is_empty() || operation.tag.is_empty() {
            mistakes.push(format!("{id}: summary or tag is missing"));
        }
        if operation.successes.is_empty() {
            mistakes.push(format!("{id}: no success is declared"));
        }
        let in_path: HashSet<_> = parameters(path).collect();
        let read: HashSet<_> = operation.input.of(Place::Path).map(|value| value.name).collect();
        if in_path != read {
            mistakes.push(format!("{id}: the path has {in_path:?}, the input reads {read:?}"));
        }
        let mut names = HashSet::new();
        for value in &operation.input.values {
            if !names.insert((value.place.name(), value.name)) {
                mistakes.push(format!("{id}: reads {} twice", value.name));
            }
        }
    }
    mistakes
}

fn parameters(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
