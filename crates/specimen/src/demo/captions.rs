//! Captions as people write them, in twelve languages; `{}` is the place.

/// Before noon.
pub(super) const MORNING: [&str; 12] = [
    "First light at {}",
    "Früh am Morgen bei {}",
    "Lever du jour à {}",
    "Amanecer en {}",
    "Amanhecer em {}",
    "L'alba a {}",
    "{}の朝",
    "{}的清晨",
    "{} 의 아침",
    "Раннее утро, {}",
    "صباح في {}",
    "{} में सुबह",
];

/// While the sun is up.
pub(super) const DAY: [&str; 12] = [
    "{} on a clear day — worth every step",
    "Endlich da: {} & gutes Wetter",
    "Une journée à {}",
    "De paseo por {}",
    "Um dia em {}",
    "Una giornata a {}",
    "{}にて",
    "在{}的一天",
    "{} 에서",
    "День в {}",
    "يوم في {}",
    "{} की यात्रा",
];

/// When the sun sets and after.
pub(super) const EVENING: [&str; 12] = [
    "Last light over {} 🌅",
    "Abendlicht über {}",
    "Le soir tombe sur {}",
    "Atardecer en {}",
    "Pôr do sol em {}",
    "Tramonto a {}",
    "{}の夕暮れ",
    "{}的黄昏",
    "{} 의 저녁",
    "Вечер, {}",
    "مساء في {}",
    "{} की शाम",
];
