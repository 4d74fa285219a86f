//! What each operation asks of a credential (contract 1.9, OP-24), written down a second time: an
//! operation that is new, gone, or asks for something else does not pass by unseen.

use std::collections::BTreeSet;

use model::Named as _;

use crate::operations;
use crate::wire::Needs;

/// Operation, verb, path, and what it needs: `nothing`, a `session`, or actions.
const TABLE: &str = "
list_album_assets       GET    /api/album-assets                read
get_album_asset         GET    /api/album-assets/{album_asset_id} read
list_albums             GET    /api/albums                      read
create_album            POST   /api/albums                      write
delete_album            DELETE /api/albums/{album_id}           delete
get_album               GET    /api/albums/{album_id}           read
update_album            PATCH  /api/albums/{album_id}           write
remove_assets_from_album DELETE /api/albums/{album_id}/assets   write
add_assets_to_album     POST   /api/albums/{album_id}/assets    write
list_api_keys           GET    /api/api-keys/                   session
create_api_key          POST   /api/api-keys/                   session
delete_api_key          DELETE /api/api-keys/{key_id}           session
update_api_key          PATCH  /api/api-keys/{key_id}           session
delete_assets           DELETE /api/assets                      delete_permanently
list_assets             GET    /api/assets                      read
create_asset            POST   /api/assets                      write
bulk_update_assets      POST   /api/assets/bulk-update          write
empty_trash             POST   /api/assets/empty-trash          delete_permanently
count_assets            GET    /api/assets/counts               read
cluster_assets_by_geo   GET    /api/assets/geo-clusters         read
check_asset_existence   POST   /api/assets/exist                read
move_assets             POST   /api/assets/move                 delete_permanently+write
restore_assets          POST   /api/assets/restore              write
trash_assets            POST   /api/assets/trash                delete
delete_asset            DELETE /api/assets/{asset_id}           delete_permanently
get_asset               GET    /api/assets/{asset_id}           read
update_asset            PATCH  /api/assets/{asset_id}           write
list_asset_versions     GET    /api/assets/{asset_id}/versions  read
append_asset_version    POST   /api/assets/{asset_id}/versions  write
delete_asset_version    DELETE /api/assets/{asset_id}/versions/{version_id} delete_permanently
replace_asset_version   POST   /api/assets/{asset_id}/versions/{version_id}/replace write
revert_asset_version    POST   /api/assets/{asset_id}/versions/{version_id}/revert delete_permanently
get_events              GET    /api/events                      read
list_faces              GET    /api/faces                       read
create_face             POST   /api/faces                       write
delete_face             DELETE /api/faces/{face_id}             delete
get_face                GET    /api/faces/{face_id}             read
update_face             PATCH  /api/faces/{face_id}             write
list_libraries          GET    /api/libraries                   read
create_library          POST   /api/libraries                   write
get_library             GET    /api/libraries/{library_id}      read
update_library          PATCH  /api/libraries/{library_id}      write
delete_library          DELETE /api/libraries/{library_id}      delete_permanently
restore_library         POST   /api/libraries/{library_id}/restore write
trash_library           POST   /api/libraries/{library_id}/trash delete
list_invitations        GET    /api/libraries/invitations       session
create_invitation       POST   /api/libraries/invitations       session
disable_invitation      POST   /api/libraries/invitations/{invitation_id}/disable session
join_library            POST   /api/libraries/invitations/{invitation_id}/join    session
get_invitation_link     GET    /api/libraries/invitations/{invitation_id}/link    session
preview_invitation      POST   /api/libraries/invitations/{invitation_id}/preview session
leave_library           POST   /api/libraries/{library_id}/leave session
list_members            GET    /api/libraries/{library_id}/members session
remove_member           DELETE /api/libraries/{library_id}/members/{user_id} session
update_member           PATCH  /api/libraries/{library_id}/members/{user_id} session
list_people             GET    /api/people                      read
create_person           POST   /api/people                      write
bulk_update_people      POST   /api/people/bulk-update          write
delete_person           DELETE /api/people/{person_id}          delete
get_person              GET    /api/people/{person_id}          read
update_person           PATCH  /api/people/{person_id}          write
merge_people            POST   /api/people/{person_id}/merge    write
get_auth_url            GET    /api/oauth/auth-url              nothing
exchange_code           POST   /api/oauth/exchange              nothing
get_logout_endpoint     GET    /api/oauth/logout-endpoint       nothing
list_stacks             GET    /api/stacks                      read
create_stack            POST   /api/stacks                      write
get_stack               GET    /api/stacks/{stack_id}           read
set_stack_cover         PATCH  /api/stacks/{stack_id}           write
delete_stack            DELETE /api/stacks/{stack_id}           delete
add_assets_to_stack     POST   /api/stacks/{stack_id}/assets    write
remove_assets_from_stack DELETE /api/stacks/{stack_id}/assets   write
search_assets           GET    /api/search                      read
search_assets_by_form   POST   /api/search                      read
ping                    GET    /api/server/ping                 nothing
list_formats            GET    /api/server/formats              read
list_tasks              GET    /api/tasks/                      read
list_asset_tasks        GET    /api/tasks/asset/{asset_id}      read
get_task                GET    /api/tasks/{task_id}             read
get_me                  GET    /api/users/me                    read
update_me               PATCH  /api/users/me                    write
submit_feedback         POST   /api/feedback                    write
";

fn needed(needs: Option<Needs>) -> String {
    match needs {
        None => "nothing".to_owned(),
        Some(Needs::Session) => "session".to_owned(),
        Some(needs) => {
            needs.actions().iter().map(|action| action.name()).collect::<Vec<_>>().join("+")
        }
    }
}

#[test]
fn every_operation_needs_what_the_contract_says() {
    let expected: BTreeSet<String> = TABLE
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let declared: BTreeSet<String> = operations()
        .iter()
        .map(|o| format!("{} {} {} {}", o.id, o.verb.name(), o.path, needed(o.needs)))
        .collect();
    let unexpected: Vec<_> = declared.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&declared).collect();
    assert!(
        unexpected.is_empty() && missing.is_empty(),
        "the server declares, and the table lacks: {unexpected:#?}\n\
         the table has, and the server lacks: {missing:#?}"
    );
}
