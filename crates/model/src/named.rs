//! Closed sets whose members have one name on the wire and in storage.

/// A closed set of named values.
pub trait Named: Copy + PartialEq + 'static {
    /// Every value, in the order of the contract.
    const ALL: &'static [Self];

    /// The one name of this value.
    fn name(self) -> &'static str;

    /// The value of that name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

/// Declares a closed set: each value with its name.
#[macro_export]
macro_rules! named {
    ($(#[$meta:meta])* pub enum $type:ident { $($(#[$doc:meta])* $value:ident = $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $value,)* }

        impl $crate::Named for $type {
            const ALL: &'static [Self] = &[$(Self::$value),*];

            fn name(self) -> &'static str {
                match self { $(Self::$value => $name,)* }
            }
        }
    };
}
pub(crate) use named;
