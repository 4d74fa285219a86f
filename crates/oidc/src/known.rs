//! What a provider said of itself: where its doors are, and its keys.

use std::time::{Duration, Instant};

use openidconnect::ProviderMetadataWithLogout;

use crate::Error;

pub(crate) type Metadata = ProviderMetadataWithLogout;

/// Believed without asking.
const FRESH: Duration = Duration::from_hours(1);
/// Believed when the provider does not answer.
const STALE: Duration = Duration::from_hours(24);
/// Between two questions that came to nothing.
const PAUSE: Duration = Duration::from_secs(5);
/// Between two questions for newer keys: a token with a made-up key must not make us ask.
const RENEWAL: Duration = Duration::from_mins(1);

/// The latest answer.
#[derive(Default)]
pub(crate) struct Known {
    answer: Option<(Metadata, Instant)>,
    failure: Option<(String, Instant)>,
}

impl Known {
    /// The answer, asked for again when it is old.
    pub(crate) fn get(
        &mut self,
        now: Instant,
        ask: impl FnOnce() -> Result<Metadata, Error>,
    ) -> Result<Metadata, Error> {
        match self.younger_than(FRESH, now) {
            Some(metadata) => Ok(metadata),
            None => self.asked(now, ask).or_else(|err| self.younger_than(STALE, now).ok_or(err)),
        }
    }

    /// An answer that is new, unless there was one a moment ago.
    pub(crate) fn get_newer(
        &mut self,
        now: Instant,
        ask: impl FnOnce() -> Result<Metadata, Error>,
    ) -> Result<Metadata, Error> {
        match self.younger_than(RENEWAL, now) {
            Some(metadata) => Ok(metadata),
            None => self.asked(now, ask),
        }
    }

    fn younger_than(&self, age: Duration, now: Instant) -> Option<Metadata> {
        let (metadata, since) = self.answer.as_ref()?;
        (now.saturating_duration_since(*since) < age).then(|| metadata.clone())
    }

    fn asked(
        &mut self,
        now: Instant,
        ask: impl FnOnce() -> Result<Metadata, Error>,
    ) -> Result<Metadata, Error> {
        if let Some((why, since)) = &self.failure
            && now.saturating_duration_since(*since) < PAUSE
        {
            return Err(Error::Down(why.clone()));
        }
        match ask() {
            Ok(metadata) => {
                *self = Self { answer: Some((metadata.clone(), now)), failure: None };
                Ok(metadata)
            }
            Err(err) => {
                tracing::warn!("cannot ask the identity provider: {err}");
                self.failure = Some((err.to_string(), now));
                Err(err)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(issuer: &str) -> Metadata {
        let text = format!(
            r#"{{"issuer": "{issuer}", "authorization_endpoint": "{issuer}", "jwks_uri": "{issuer}",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn down() -> Result<Metadata, Error> {
        Err(Error::Down("off".to_owned()))
    }

    fn unasked() -> Result<Metadata, Error> {
        panic!("asked without need")
    }

    #[test]
    fn an_answer_is_believed_for_an_hour_and_for_a_day_when_there_is_no_other() {
        let (mut known, start) = (Known::default(), Instant::now());
        let (old, new) = (metadata("https://old.example"), metadata("https://new.example"));
        assert_eq!(known.get(start, || Ok(old.clone())).unwrap(), old);
        assert_eq!(known.get(start + FRESH / 2, unasked).unwrap(), old);
        assert_eq!(known.get(start + FRESH, down).unwrap(), old);
        assert!(known.get(start + STALE, down).is_err());
        assert_eq!(known.get(start + STALE + PAUSE, || Ok(new.clone())).unwrap(), new);
    }

    #[test]
    fn a_provider_that_is_down_is_left_alone_for_a_moment() {
        let (mut known, start) = (Known::default(), Instant::now());
        assert!(known.get(start, down).is_err());
        assert!(matches!(known.get(start + PAUSE / 2, unasked), Err(Error::Down(_))));
        let answer = metadata("https://a.example");
        assert_eq!(known.get(start + PAUSE, || Ok(answer.clone())).unwrap(), answer);
    }

    #[test]
    fn newer_keys_are_asked_for_once_a_minute() {
        let (mut known, start) = (Known::default(), Instant::now());
        let (old, new) = (metadata("https://old.example"), metadata("https://new.example"));
        known.get(start, || Ok(old.clone())).unwrap();
        assert_eq!(known.get_newer(start + RENEWAL / 2, unasked).unwrap(), old);
        assert_eq!(known.get_newer(start + RENEWAL, || Ok(new.clone())).unwrap(), new);
        assert_eq!(known.get(start + RENEWAL, unasked).unwrap(), new);
    }
}
