//! The flag syntax that scripts written for the original rely on: one or two dashes, `-flag value` or `-flag=value`,
//! parsing that ends at the first other word.

/// A flag that may be typed.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Name without dashes.
    pub name: &'static str,
    /// Whether it is a switch.
    pub is_switch: bool,
    /// One line of help.
    pub help: &'static str,
}

/// One flag found, with its value.
pub type Found = (&'static str, String);

/// What a command line holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Flags in order; switches carry `true` or `false`.
    pub flags: Vec<Found>,
    /// Everything from the first word that is no flag.
    pub words: Vec<String>,
}

/// Reads arguments by the rules of the original's flag parser.
///
/// # Errors
/// The message for an unknown flag, a missing value or a bad switch word.
pub fn scan(flags: &[Flag], args: &[String]) -> Result<Scan, String> {
    let mut scan = Scan::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let Some(body) = arg.strip_prefix('-').filter(|body| !body.is_empty()) else {
            scan.words = std::iter::once(arg).chain(rest).cloned().collect();
            break;
        };
        let body = body.strip_prefix('-').unwrap_or(body);
        if body.is_empty() {
            scan.words = rest.cloned().collect();
            break;
        }
        if body.starts_with('-') || body.starts_with('=') {
            return Err(format!("bad flag syntax: {arg}"));
        }
        let (name, value) = body
            .split_once('=')
            .map_or((body, None), |(n, v)| (n, Some(v.to_owned())));
        if name == "h" || name == "help" {
            scan.flags.push(("help", "true".to_owned()));
            continue;
        }
        let flag = flags
            .iter()
            .find(|f| f.name == name)
            .ok_or_else(|| format!("flag provided but not defined: -{name}{}", suggestion(flags, name)))?;
        let value = if flag.is_switch {
            switch_word(value.as_deref(), name)?
        } else {
            value
                .or_else(|| rest.next().cloned())
                .ok_or_else(|| format!("flag needs an argument: -{name}"))?
        };
        scan.flags.push((flag.name, value));
    }
    Ok(scan)
}

/// Reads the word behind a switch, `true` where there is none.
///
/// # Errors
/// The message for a word that is neither true nor false.
pub fn switch_word(word: Option<&str>, name: &str) -> Result<String, String> {
    match word {
        None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok("true".to_owned()),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok("false".to_owned()),
        Some(other) => Err(format!(
            "invalid boolean value \"{other}\" for -{name}: use true or false"
        )),
    }
}

fn suggestion(flags: &[Flag], name: &str) -> String {
    crate::model::near::nearest(name, flags.iter().map(|f| f.name))
        .map_or_else(String::new, |near| format!(" (did you mean -{near}?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        Flag {
            name: "c",
            is_switch: false,
            help: "",
        },
        Flag {
            name: "debug",
            is_switch: true,
            help: "",
        },
        Flag {
            name: "pattern",
            is_switch: false,
            help: "",
        },
    ];

    fn read(line: &str) -> Result<Scan, String> {
        let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
        scan(FLAGS, &args)
    }

    #[test]
    fn forms_of_flags() {
        let flags = |line: &str| {
            read(line)
                .unwrap()
                .flags
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(flags("-c clusters --debug"), ["c=clusters", "debug=true"]);
        assert_eq!(flags("--c=clusters -debug=F"), ["c=clusters", "debug=false"]);
        assert_eq!(flags("-pattern -x -c="), ["pattern=-x", "c="]);
        assert_eq!(read("-debug true -c x").unwrap().words, ["true", "-c", "x"]);
        assert_eq!(read("-debug -- -c").unwrap().words, ["-c"]);
        assert_eq!(read("-debug - -c").unwrap().words, ["-", "-c"]);
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (line, message) in [
            ("-x", "flag provided but not defined: -x"),
            (
                "-patern x",
                "flag provided but not defined: -patern (did you mean -pattern?)",
            ),
            ("-c", "flag needs an argument: -c"),
            ("---c x", "bad flag syntax: ---c"),
            (
                "-debug=maybe",
                "invalid boolean value \"maybe\" for -debug: use true or false",
            ),
        ] {
            assert_eq!(read(line).unwrap_err(), message);
        }
    }
}
