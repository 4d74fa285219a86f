//! The first start on an empty database, by several processes at once.

use std::io;
use std::sync::{Arc, Mutex};

use store::on_both_engines;

use crate::harness::Library;

on_both_engines! {
    async fn of_several_first_starts_one_makes_the_owner(db: Db) {
        let app = Library::new(db.clone()).await.app;
        let saved: Arc<Mutex<Vec<String>>> = Arc::default();
        let start = || {
            let (app, saved) = (app.clone(), saved.clone());
            tokio::spawn(async move {
                app.recognise().await.unwrap();
                let save = move |key: &str| {
                    saved.lock().unwrap().push(key.to_owned());
                    Ok::<_, io::Error>(())
                };
                app.create_owner(save).await.unwrap();
            })
        };
        for start in [start(), start(), start(), start()] {
            start.await.unwrap();
        }
        let saved = saved.lock().unwrap().clone();
        assert_eq!(saved.len(), 1, "of two keys that are saved one opens nothing");
        app.authenticate(&saved[0]).await.unwrap();
        let counts = "select (select count(*) from users where is_superuser),
                             (select count(*) from instance)";
        let found = db.read(move |conn| conn.one::<(i64, i64)>(counts, &[])).await.unwrap();
        assert_eq!(found, Some((1, 1)));
    }
}
