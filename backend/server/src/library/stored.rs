//! The recordings of a store. What the list says of each is read once, by ranges, and kept for as long as the object stays
//! what it is; readers are opened when somebody wants to look, and a few of them stay open.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use object_store::{ObjectMeta, path::Path};
use recording::{error::OpenError, reader::Reader, source::ByteSource};
use serde::{Deserialize, Serialize};

use super::{Entry, entry, not_here};
use crate::{
    shelf::Shelf,
    state::write_private,
    store::{Store, StoreSource, state_of},
};

/// Recordings that are looked into at the same time while a list is made: nearly all of that time is waiting.
const CONCURRENT_READS: usize = 16;
/// How long an object counts as being what it was.
const FRESH: Duration = Duration::from_secs(5);
/// How often at most the whole store is looked through because somebody asks for what is not known.
const LIST_EVERY: Duration = Duration::from_secs(10);
/// Readers that stay open though nobody uses them: each keeps up to some 100 MB of what it decoded.
const IDLE_READERS: usize = 4;
/// What a file of cards may have: some 400 bytes each.
const MAX_CARDS_BYTES: u64 = 64 << 20;

/// A store's recordings.
pub(super) struct Stored {
    store: Store,
    /// Where cards are kept between starts.
    file: Option<PathBuf>,
    known: Mutex<Known>,
    /// Held while the store is looked through, so that two lists do not ask for the same.
    looking: Mutex<()>,
}

#[derive(Default)]
struct Known {
    cards: BTreeMap<Path, Card>,
    listed: Option<Instant>,
    is_read: bool,
    readers: HashMap<Path, (String, Weak<Reader>)>,
    idle: VecDeque<Arc<Reader>>,
}

/// What is known of an object.
#[derive(Clone)]
struct Card {
    /// The content it is known of.
    state: String,
    meta: ObjectMeta,
    entry: Entry,
    seen: Instant,
}

/// A card between two starts.
#[derive(Serialize, Deserialize)]
struct KeptCard {
    state: String,
    entry: Entry,
}

impl Stored {
    pub(super) fn new(store: Store, file: Option<PathBuf>) -> Self {
        Self {
            store,
            file,
            known: Mutex::default(),
            looking: Mutex::default(),
        }
    }

    /// All recordings; and, where the store does not answer, that.
    pub(super) fn list(&self) -> Vec<Entry> {
        let outcome = self.look_through();
        let mut entries = Vec::new();
        let mut seen = HashMap::<String, Path>::new();
        for (path, card) in &self.known().cards {
            match &card.entry {
                Entry::Recording { id, size, .. } => match seen.insert(id.clone(), path.clone()) {
                    None => entries.push(card.entry.clone()),
                    Some(first) => entries.push(Entry::Unreadable {
                        name: name_of(path),
                        size: *size,
                        error: format!("it is the same recording as {first}"),
                    }),
                },
                Entry::Unreadable { .. } => entries.push(card.entry.clone()),
            }
        }
        if let Err(error) = outcome {
            entries.push(Entry::Unreadable {
                name: self.store.name().to_owned(),
                size: 0,
                error: format!("the store cannot be listed: {error}"),
            });
        }
        entries
    }

    /// The recording with this id.
    pub(super) fn open(&self, id: &str) -> Result<Arc<Reader>, String> {
        let card = self.card(id)?;
        let path = card.meta.location.clone();
        let kept = self.known().readers.get(&path).cloned();
        let kept = kept.filter(|(state, _)| *state == card.state);
        let reader = match kept.and_then(|(_, reader)| reader.upgrade()) {
            Some(reader) => reader,
            None => {
                let source = self.store.source(&card.meta);
                Arc::new(Reader::open(Box::new(source)).map_err(|error| error.to_string())?)
            }
        };
        let mut known = self.known();
        known.readers.retain(|_, (_, reader)| reader.strong_count() > 0);
        known.readers.insert(path, (card.state, Arc::downgrade(&reader)));
        known.idle.retain(|other| !Arc::ptr_eq(other, &reader));
        known.idle.push_back(reader.clone());
        let dropped = match known.idle.len() > IDLE_READERS {
            true => known.idle.pop_front(),
            false => None,
        };
        drop(known);
        drop(dropped);
        Ok(reader)
    }

    /// What the list says of one.
    pub(super) fn row(&self, id: &str) -> Result<Entry, String> {
        self.card(id).map(|card| card.entry)
    }

    /// Its bytes.
    pub(super) fn file(&self, id: &str) -> Result<Box<dyn ByteSource>, String> {
        let card = self.card(id)?;
        let source: StoreSource = self.store.source(&card.meta);
        Ok(Box::new(source))
    }

    /// Where to keep small files that belong to it.
    pub(super) fn shelf(&self, id: &str) -> Result<Shelf, String> {
        self.card(id)?;
        Ok(self.store.shelf(&["comments", id]))
    }

    /// What is known of the recording with this id, as the store has it now.
    fn card(&self, id: &str) -> Result<Card, String> {
        if let Some(card) = self.known_card(id) {
            if card.seen.elapsed() < FRESH {
                return Ok(card);
            }
            let path = card.meta.location.clone();
            match self.look_at(&path)? {
                Some(card) if is_of(&card, id) => return Ok(card),
                _ => {}
            }
        }
        // Recordings that were sent to a server are called by their id.
        let is_plain = id.len() <= 64
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_plain
            && let Some(card) = self.look_at(&self.store.path_of(id))?
            && is_of(&card, id)
        {
            return Ok(card);
        }
        let is_due = self.known().listed.is_none_or(|at| at.elapsed() >= LIST_EVERY);
        if is_due {
            self.look_through()
                .map_err(|error| format!("the store cannot be listed: {error}"))?;
        }
        self.known_card(id).ok_or_else(|| not_here(id))
    }

    fn known_card(&self, id: &str) -> Option<Card> {
        let known = self.known();
        known.cards.values().find(|card| is_of(card, id)).cloned()
    }

    /// Looks at one object again. None if there is none.
    fn look_at(&self, path: &Path) -> Result<Option<Card>, String> {
        let Some(meta) = self.store.head(path)? else {
            self.known().cards.remove(path);
            return Ok(None);
        };
        let known = self.known().cards.get(path).cloned();
        let card = match known.filter(|card| card.state == state_of(&meta)) {
            Some(card) => Card {
                seen: Instant::now(),
                ..card
            },
            None => self.read(meta),
        };
        self.known().cards.insert(path.clone(), card.clone());
        Ok(Some(card))
    }

    /// Looks through the store and reads what is new in it.
    fn look_through(&self) -> Result<(), String> {
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.kept_cards();
        let found = self.store.list()?;
        let mut cards = BTreeMap::new();
        let mut unread = Vec::new();
        {
            let known = self.known();
            for meta in found {
                let state = state_of(&meta);
                let entry = match known.cards.get(&meta.location) {
                    Some(card) if card.state == state => Some(card.entry.clone()),
                    _ => kept.get(&state).cloned(),
                };
                match entry {
                    Some(entry) => {
                        let seen = Instant::now();
                        let path = meta.location.clone();
                        cards.insert(
                            path,
                            Card {
                                state,
                                meta,
                                entry,
                                seen,
                            },
                        );
                    }
                    None => unread.push(meta),
                }
            }
        }
        let has_news = !unread.is_empty();
        cards.extend(self.read_all(unread));
        let mut known = self.known();
        known.cards = cards;
        (known.listed, known.is_read) = (Some(Instant::now()), true);
        if has_news {
            self.keep_cards(&known.cards);
        }
        Ok(())
    }

    fn read_all(&self, metas: Vec<ObjectMeta>) -> Vec<(Path, Card)> {
        let n_threads = metas.len().min(CONCURRENT_READS);
        let left = Mutex::new(metas);
        let read = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    loop {
                        let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop();
                        let Some(meta) = next else { return };
                        let card = (meta.location.clone(), self.read(meta));
                        read.lock().unwrap_or_else(PoisonError::into_inner).push(card);
                    }
                });
            }
        });
        read.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the list says of an object: the end of it tells.
    fn read(&self, meta: ObjectMeta) -> Card {
        let opened = Reader::open(Box::new(self.store.source(&meta)));
        // What the store did not hand out this time is asked for again by the next list.
        let state = match &opened {
            Err(OpenError::Io(_)) => String::new(),
            _ => state_of(&meta),
        };
        let entry = match opened {
            Ok(reader) => entry(&reader, meta.size).1,
            Err(error) => Entry::Unreadable {
                name: name_of(&meta.location),
                size: meta.size,
                error: error.to_string(),
            },
        };
        Card {
            state,
            meta,
            entry,
            seen: Instant::now(),
        }
    }

    /// Cards of an earlier start, by the content they are of. Read once.
    fn kept_cards(&self) -> HashMap<String, Entry> {
        let Some(file) = self.file.as_ref().filter(|_| !self.known().is_read) else {
            return HashMap::new();
        };
        let is_sound = std::fs::metadata(file).is_ok_and(|metadata| metadata.len() <= MAX_CARDS_BYTES);
        let json = is_sound.then(|| std::fs::read(file).ok()).flatten();
        // Whatever else stands there is made anew.
        let kept: Vec<KeptCard> = json
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        kept.into_iter().map(|card| (card.state, card.entry)).collect()
    }

    fn keep_cards(&self, cards: &BTreeMap<Path, Card>) {
        let Some(file) = &self.file else { return };
        // What could not be read may be readable at the next start.
        let sound = cards
            .values()
            .filter(|card| matches!(card.entry, Entry::Recording { .. }));
        let kept: Vec<KeptCard> = sound
            .map(|card| KeptCard {
                state: card.state.clone(),
                entry: card.entry.clone(),
            })
            .collect();
        // Without the file the next start takes longer, and that is all.
        if let Ok(json) = serde_json::to_vec(&kept) {
            let _ = write_private(file, &json, true);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_of(card: &Card, recording_id: &str) -> bool {
    matches!(&card.entry, Entry::Recording { id, .. } if id == recording_id)
}

fn name_of(path: &Path) -> String {
    path.filename().unwrap_or(path.as_ref()).to_owned()
}
