//! Addresses a browser is sent to.

use form_urlencoded::byte_serialize;

/// `url` with these parameters behind those it has.
pub(super) fn with(url: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in parameters {
        let joint = if url.contains('?') { '&' } else { '?' };
        let value: String = byte_serialize(value.as_bytes()).collect();
        url = format!("{url}{joint}{name}={value}");
    }
    url
}

/// What a content security policy calls the place of `url`: browsers hold the redirect behind a
/// form to that policy.
pub(super) fn source(url: &str) -> String {
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    match rest.strip_prefix("//").filter(|_| is_web) {
        Some(rest) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}")
        }
        None => format!("{scheme}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_behind_those_that_are_there() {
        assert_eq!(with("https://a/b", &[("state", "x y&z")]), "https://a/b?state=x+y%26z");
        assert_eq!(with("app:/in?a=1", &[("c", "1"), ("d", "2")]), "app:/in?a=1&c=1&d=2");
    }

    #[test]
    fn a_policy_names_origins_and_schemes() {
        assert_eq!(source("https://a.example:81/b?c#d"), "https://a.example:81");
        assert_eq!(source("http://127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert_eq!(source("app.photos:///signed-in"), "app.photos:");
    }
}
