//! `playhead link`: makes links, lists them and takes them back, on the machine of the server and without asking it.

use std::{path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use recording::{reader::Reader, source::FileSource};

use crate::{
    access::{LINK_KEYS, register, register_in_store},
    cli::LinkArguments,
    links::{self, Capability, Keys, Register, Scope, Wanted},
    serve::{in_runtime, say},
    state,
    store::Store,
};

/// Does what was asked.
///
/// # Errors
/// The key, the folder or the store cannot be used; or the wish cannot be granted.
pub(crate) fn link(arguments: LinkArguments) -> anyhow::Result<ExitCode> {
    in_runtime(async move {
        let folder = state::folder(arguments.state.as_deref());
        let keys = match (&arguments.link_key_file, &folder) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => folder.join(LINK_KEYS),
            (None, None) => {
                bail!("the system names no home folder; name the server's folder with --state DIR")
            }
        };
        let keys = Keys::at(keys);
        if arguments.rotate_key {
            keys.rotate(arguments.end_all)?;
            say(match arguments.end_all {
                true => "links are signed with a new key; none that was made before is good any more",
                false => "links are signed with a new key; those that were made before stay good",
            });
            return Ok(ExitCode::SUCCESS);
        }
        let store = arguments.store.as_deref();
        let store = store.map(|address| Store::open(address, 0)).transpose()?;
        let register = match (&store, &folder) {
            (Some(store), _) => register_in_store(store),
            (None, Some(folder)) => register(folder, None),
            (None, None) => {
                bail!("the system names no home folder; name the server's folder with --state DIR")
            }
        };
        if arguments.list {
            return list(&register).await;
        }
        if let Some(link) = &arguments.revoke {
            return revoke(&register, link).await;
        }
        make(&arguments, &keys, &register).await
    })
}

async fn make(arguments: &LinkArguments, keys: &Keys, register: &Register) -> anyhow::Result<ExitCode> {
    let recording = arguments.recording.as_deref().context("name a recording")?;
    let range = arguments.range.as_deref().map(read_range).transpose()?;
    let wanted = Wanted {
        recording: id_of(recording)?,
        scope: match (arguments.embed, arguments.download) {
            (true, _) => Scope::Embed,
            (_, true) => Scope::Download,
            _ => Scope::View,
        },
        range,
        life: read_life(&arguments.expires)?,
    };
    let capability = Capability::of(wanted, &keys.signing()?).map_err(anyhow::Error::msg)?;
    let secret = capability.sign(keys).map_err(anyhow::Error::msg)?;
    register.add(&capability).await.map_err(anyhow::Error::msg)?;
    let server = arguments.server.trim_end_matches('/');
    say(&format!("{server}{}", links::path_of(&capability, &secret)));
    Ok(ExitCode::SUCCESS)
}

async fn list(register: &Register) -> anyhow::Result<ExitCode> {
    let links = register.list().await.map_err(anyhow::Error::msg)?;
    if links.is_empty() {
        say("there are no links");
    }
    for link in links {
        let scope = match link.scope {
            Scope::Embed => "embed",
            Scope::View => "view",
            Scope::Download => "download",
        };
        let range = link.range.map_or_else(String::new, |(begin, end)| {
            format!(" {}-{}", clock(begin), clock(end))
        });
        let state = match link.is_revoked {
            true => "revoked".to_owned(),
            false => format!("{} left", life(link.expires.saturating_sub(links::now_secs()))),
        };
        say(&format!(
            "{}  {}  {scope}{range}  {state}",
            link.id, link.recording
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(register: &Register, link: &str) -> anyhow::Result<ExitCode> {
    let Some(id) = links::id_of(link) else {
        bail!("name a link as --list shows it, or give the link itself");
    };
    match register.revoke(&id).await.map_err(anyhow::Error::msg)? {
        Some(listed) => say(&format!("the link to {} is revoked", listed.recording)),
        None => say("no link of this name stands in the list; it is revoked all the same"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The id of a recording, or that of the recording in a file.
fn id_of(text: &str) -> anyhow::Result<String> {
    let path = Path::new(text);
    if !path.is_file() {
        return Ok(text.to_owned());
    }
    let context = || format!("open {}", path.display());
    let source = FileSource::open(path).with_context(context)?;
    let reader = Reader::open(Box::new(source)).with_context(context)?;
    Ok(reader.head().recording_id.clone())
}

/// `10-25.5`, `1:05-2:00`, `1:00:00-1:00:30`, in ms.
fn read_range(text: &str) -> anyhow::Result<(f64, f64)> {
    let range = text
        .split_once('-')
        .and_then(|(begin, end)| Some((read_clock(begin)?, read_clock(end)?)));
    match range {
        Some((begin, end)) if begin < end => Ok((begin, end)),
        _ => bail!("a range is two times, the earlier one first, such as 12.5-20 or 1:05-2:00, not {text}"),
    }
}

fn read_clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    for (idx, part) in parts.iter().enumerate() {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = part.parse().ok().filter(|_| is_number)?;
        let is_last = idx + 1 == parts.len();
        if (!is_last && number.fract() != 0.0) || (idx > 0 && number >= 60.0) {
            return None;
        }
        seconds = seconds * 60.0 + number;
    }
    Some(seconds * 1_000.0)
}

fn read_life(text: &str) -> anyhow::Result<Duration> {
    let odd = || format!("a time is a number and s, m, h or d, such as 12h or 7d, not {text}");
    let unit = text
        .chars()
        .next_back()
        .filter(char::is_ascii)
        .with_context(odd)?;
    let number: u64 = text
        .get(..text.len() - 1)
        .and_then(|number| number.parse().ok())
        .with_context(odd)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => bail!(odd()),
    };
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

/// `2:05.5`
fn clock(millis: f64) -> String {
    let tenths = (millis / 100.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

fn life(seconds: u64) -> String {
    match seconds {
        0..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_typed_as_times() {
        assert_eq!(read_range("10-25.5").unwrap(), (10_000.0, 25_500.0));
        assert_eq!(read_range("1:05-2:00").unwrap(), (65_000.0, 120_000.0));
        assert_eq!(read_range("0-1:00:00.5").unwrap(), (0.0, 3_600_500.0));
        for odd in [
            "",
            "5",
            "5-",
            "-5",
            "9-3",
            "1:99-2:00",
            "1.5:00-3:00",
            "a-b",
            "1:2:3:4-5",
            "1e3-2e3",
            "inf-nan",
        ] {
            assert!(read_range(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn lives_have_a_unit() {
        assert_eq!(read_life("7d").unwrap(), Duration::from_secs(604_800));
        assert_eq!(read_life("90s").unwrap(), Duration::from_secs(90));
        for odd in ["", "7", "d", "-1d", "1.5h", "7w", "7é"] {
            assert!(read_life(odd).is_err(), "{odd}");
        }
    }
}
