//! Coming in with a password of this server.

use std::net::IpAddr;

use app::{Error, Return, SignIn, SignedIn, Way};
use store::on_both_engines;

use crate::harness::Library;

const HOME: &str = "app.photos:/in";
const PASSWORD: &str = "correct horse battery";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn doors(library: &Library) -> SignIn {
    let kim = Some("kim@example.org".to_owned());
    library.app.set_password(kim, PASSWORD.to_owned()).await.unwrap();
    SignIn::new(library.app.clone(), vec![HOME.to_owned()], None)
}

async fn begin(doors: &SignIn, challenge: Option<&str>) -> String {
    let way = doors.begin(HOME.to_owned(), challenge.map(str::to_owned)).await.unwrap();
    match way {
        Way::Page(state) => state,
        Way::Provider(url) => panic!("sent to {url}"),
    }
}

async fn code(doors: &SignIn, state: &str) -> String {
    let granted = doors.submit(state, "Kim@Example.org ", PASSWORD.to_owned(), HERE).await.unwrap();
    assert_eq!(granted.redirect_uri, HOME);
    granted.code
}

async fn end(doors: &SignIn, state: &str, code: &str, verifier: &str) -> app::Result<SignedIn> {
    let verifier = Some(verifier.to_owned()).filter(|verifier| !verifier.is_empty());
    let (code, state) = (Some(code.to_owned()), Some(state.to_owned()));
    doors.exchange(Return { code, state, error: None, verifier }).await
}

#[track_caller]
fn refused<T: std::fmt::Debug>(done: &app::Result<T>) {
    assert!(matches!(done, Err(Error::Unclear(_))), "{done:?}");
}

on_both_engines! {
    async fn a_password_opens_a_session(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        let state = begin(&doors, Some(CHALLENGE)).await;
        let code = code(&doors, &state).await;
        let signed_in = end(&doors, &state, &code, VERIFIER).await.unwrap();
        assert_eq!(signed_in.user.id, library.me.user);
        let viewer = library.app.authenticate(&signed_in.token).await.unwrap().viewer;
        assert_eq!(viewer, library.me);
        refused(&end(&doors, &state, &code, VERIFIER).await);
    }

    async fn a_state_is_good_once_whatever_came_of_it(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        let given_up = |state: &str| Return {
            state: Some(state.to_owned()),
            error: Some("access_denied".to_owned()),
            ..Return::default()
        };
        for spoil in ["wrong code", "wrong proof", "no proof", "error", "nothing granted"] {
            let state = begin(&doors, Some(CHALLENGE)).await;
            let code = if spoil == "nothing granted" { "x".to_owned() } else { code(&doors, &state).await };
            refused(&match spoil {
                "wrong code" => end(&doors, &state, "x", VERIFIER).await,
                "wrong proof" => end(&doors, &state, &code, "x").await,
                "no proof" => end(&doors, &state, &code, "").await,
                "error" => doors.exchange(given_up(&state)).await,
                _ => end(&doors, &state, &code, VERIFIER).await,
            });
            refused(&end(&doors, &state, &code, VERIFIER).await);
        }
        refused(&doors.exchange(Return::default()).await);
        refused(&doors.exchange(given_up("unknown")).await);
    }

    async fn a_sign_in_ends_after_ten_minutes(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        let (early, late) = (begin(&doors, None).await, begin(&doors, None).await);
        let granted = code(&doors, &late).await;
        library.clock.advance(599);
        assert_eq!(doors.destination(&early).await.unwrap(), HOME);
        library.clock.advance(1);
        refused(&doors.destination(&early).await);
        refused(&doors.submit(&early, "kim@example.org", PASSWORD.to_owned(), HERE).await);
        refused(&end(&doors, &late, &granted, "").await);
    }

    async fn a_page_grants_one_code(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        let state = begin(&doors, None).await;
        let code = code(&doors, &state).await;
        refused(&doors.submit(&state, "kim@example.org", PASSWORD.to_owned(), HERE).await);
        end(&doors, &state, &code, "").await.unwrap();
    }

    async fn wrong_passwords_and_unknown_people_are_told_the_same_and_slowed(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        let state = begin(&doors, None).await;
        for who in ["kim@example.org", "nobody@example.org"] {
            let long = "x".repeat(2000);
            for wrong in ["correct horse", "", PASSWORD.to_uppercase().as_str(), long.as_str(), "x"] {
                let refused = doors.submit(&state, who, wrong.to_owned(), HERE).await.unwrap_err();
                assert!(matches!(refused, Error::Unauthenticated("the address or the password is not right")), "{refused:?}");
            }
            let refused = doors.submit(&state, who, PASSWORD.to_owned(), HERE).await;
            assert!(matches!(refused, Err(Error::TooFast(1))), "{refused:?}");
        }
        library.clock.advance(1);
        code(&doors, &state).await;
    }

    async fn only_registered_addresses_to_the_letter(db: Db) {
        let library = Library::new(db).await;
        let closed = SignIn::new(library.app.clone(), vec![HOME.to_owned()], None);
        assert!(matches!(closed.begin(HOME.to_owned(), None).await, Err(Error::Unavailable(_))));
        let doors = doors(&library).await;
        for other in ["app.photos:/in/", "app.photos:/i", "APP.photos:/in", "https://evil.example/"] {
            refused(&doors.begin(other.to_owned(), None).await);
        }
    }

    async fn a_session_near_its_end_is_renewed_and_a_new_password_ends_it(db: Db) {
        let library = Library::new(db).await;
        let token = library.app.sign_in(None).await;
        assert!(token.is_err(), "there is no owner here");
        let kim = || Some("kim@example.org".to_owned());
        let token = library.app.sign_in(kim()).await.unwrap();
        let day = 24 * 60 * 60;
        library.clock.advance(4 * day);
        let admitted = library.app.authenticate(&token).await.unwrap();
        assert_eq!(library.app.renewed(&admitted), None);
        library.clock.advance(day);
        let admitted = library.app.authenticate(&token).await.unwrap();
        let fresh = library.app.renewed(&admitted).unwrap();
        library.clock.advance(2 * day);
        assert!(library.app.authenticate(&token).await.is_err());
        let admitted = library.app.authenticate(&fresh).await.unwrap();
        assert_eq!(library.app.renewed(&admitted), None);
        let key = library.app.create_key_for(kim(), "k").await.unwrap();
        let by_key = library.app.authenticate(&key).await.unwrap();
        assert_eq!(library.app.renewed(&by_key), None, "never for API keys");
        library.app.set_password(kim(), PASSWORD.to_owned()).await.unwrap();
        library.clock.advance(6);
        assert!(library.app.authenticate(&fresh).await.is_err());
        assert!(library.app.authenticate(&key).await.is_ok());
        let short = library.app.set_password(kim(), "short".to_owned()).await;
        assert!(matches!(short, Err(Error::Invalid("password", _))));
    }

    async fn an_address_moves_with_its_account(db: Db) {
        let library = Library::new(db).await;
        let doors = doors(&library).await;
        library.app.create_user("sam@example.org".to_owned()).await.unwrap();
        let kim = || Some("kim@example.org".to_owned());
        let taken = library.app.set_email(kim(), "SAM@example.org".to_owned()).await;
        assert!(matches!(taken, Err(Error::Conflict(_))));
        assert!(matches!(library.app.set_email(kim(), "x".to_owned()).await, Err(Error::Invalid("email", _))));
        library.app.set_email(kim(), "Kim@Elsewhere.example".to_owned()).await.unwrap();
        let state = begin(&doors, None).await;
        doors.submit(&state, "kim@elsewhere.example", PASSWORD.to_owned(), HERE).await.unwrap();
    }
}
