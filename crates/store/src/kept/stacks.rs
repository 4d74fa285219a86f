//! `stacks.asset_count`: how many live members each stack has.

use model::StackId;

use super::Standing;
use crate::db::{Result, Tx};

pub(super) fn follow(
    tx: &mut Tx<'_>,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let counted = |at: Option<&Standing>| at.filter(|at| at.is_live).and_then(|at| at.stack);
    let (left, reached) = (counted(before), counted(after));
    if left == reached {
        return Ok(());
    }
    for (stack, more) in [(left, -1), (reached, 1)] {
        if let Some(stack) = stack {
            add(tx, stack, more)?;
        }
    }
    Ok(())
}

fn add(tx: &mut Tx<'_>, stack: StackId, more: i64) -> Result<()> {
    let sql = "update stacks set asset_count = asset_count + $2 where id = $1";
    tx.execute(sql, &[&stack, &more])?;
    Ok(())
}
