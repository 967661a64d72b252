//! What a page in a frame knows beside its recording: who is around it, how it is to look, what is open.

use std::rc::Rc;

use components::timeline::TrackKind;
use leptos::prelude::*;

use super::{
    consent::Asked,
    failure::Failure,
    message::{Keyboard, Mode, Settings},
    opening::Opening,
    port::Port,
    state::{Event, Outgoing, State},
    trust::Trust,
};
use crate::{
    logic::layout::Panel,
    shell::commands::Page,
    stores::preferences::{PreferenceStore, SingleKeys},
};

/// The page around.
pub(super) struct Host {
    /// Whose page it is.
    pub(super) origin: String,
    /// The way to it.
    pub(super) port: Port,
}

/// The page of a recording, as long as it is open. A handle, because the stores together are large.
#[derive(Clone, Copy)]
pub(super) struct Recording(StoredValue<Page>);

impl Recording {
    /// Reads it, or acts on it; None once it is closed.
    pub(super) fn with<T>(self, read: impl FnOnce(&Page) -> T) -> Option<T> {
        self.0.try_with_value(read)
    }
}

/// What is known, and what can be said.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// What of the viewer is shown.
    pub(super) mode: RwSignal<Mode>,
    /// The panels that are shown beside the picture.
    pub(super) panels: RwSignal<Vec<Panel>>,
    /// What keys do.
    pub(super) keyboard: RwSignal<Keyboard>,
    /// What is open, if anything is.
    pub(super) opening: RwSignal<Option<Opening>, LocalStorage>,
    /// Where the pointer of the page around is, in ms.
    pub(super) host_ms: RwSignal<Option<f64>>,
    /// Whether the page around may read what is shown.
    pub(super) may_read: RwSignal<bool>,
    /// What is being opened, or why it could not be, in words, while nothing is open.
    pub(super) word: RwSignal<Option<String>>,
    /// Whether something is being opened in the page.
    pub(super) is_opening: RwSignal<bool>,
    /// What the person is asked.
    pub(super) asked: RwSignal<Option<Asked>, LocalStorage>,
    /// By what the page around proves itself to a service.
    pub(super) token: RwSignal<Option<String>>,
    /// What is known of others.
    pub(super) trust: StoredValue<Trust>,
    /// Whether the next recording plays as soon as it can.
    pub(super) plays: StoredValue<bool>,
    pub(super) preferences: PreferenceStore,
    recording: StoredValue<Option<Recording>>,
    /// Counts the greetings that were answered: there is somebody to tell things to.
    greeted: RwSignal<u32>,
    host: StoredValue<Option<Rc<Host>>, LocalStorage>,
}

impl Frame {
    /// Nobody is around, and nothing is open.
    pub(super) fn new(trust: Trust, preferences: PreferenceStore) -> Self {
        Self {
            mode: RwSignal::default(),
            panels: RwSignal::default(),
            keyboard: RwSignal::default(),
            opening: RwSignal::new_local(None),
            host_ms: RwSignal::default(),
            may_read: RwSignal::new(false),
            word: RwSignal::default(),
            is_opening: RwSignal::new(false),
            asked: RwSignal::new_local(None),
            token: RwSignal::default(),
            trust: StoredValue::new(trust),
            plays: StoredValue::new(false),
            preferences,
            recording: StoredValue::new(None),
            greeted: RwSignal::default(),
            host: StoredValue::new_local(None),
        }
    }

    /// The page around is here.
    pub(super) fn set_host(&self, host: Host) {
        self.host.set_value(Some(Rc::new(host)));
        self.greeted.update(|greeted| *greeted += 1);
    }

    /// The page around, once it is here. Tracked.
    pub(super) fn host(&self) -> Option<Rc<Host>> {
        self.greeted.track();
        self.host.try_get_value().flatten()
    }

    /// The recording, while one is open.
    pub(super) fn recording(&self) -> Option<Recording> {
        self.recording.try_get_value().flatten()
    }

    /// A recording is open, until the current owner is cleaned up.
    pub(super) fn set_page(&self, page: Page) -> Recording {
        let (all, recording) = (self.recording, Recording(StoredValue::new(page)));
        all.set_value(Some(recording));
        on_cleanup(move || {
            all.try_set_value(None);
        });
        recording
    }

    /// Tells the page around, if it is here.
    pub(super) fn tell(&self, event: &Event, state: Option<&State>) {
        if let Some(host) = self.host.try_get_value().flatten() {
            host.port.send(&Outgoing::Event { event, state });
        }
    }

    /// A small player shows what the person did and what went wrong; for more it has no room.
    fn make_room(&self, mode: Mode) {
        let is_small = mode == Mode::Mini;
        self.preferences.set_film(!is_small);
        if is_small || self.mode.get_untracked() == Mode::Mini {
            for kind in [TrackKind::Request, TrackKind::Activity, TrackKind::Paint] {
                self.preferences.show_track(kind.key(), !is_small);
            }
        }
    }

    /// Changes how the page looks and behaves.
    ///
    /// # Errors
    /// What of it cannot be.
    pub(super) fn set(&self, settings: &Settings) -> Result<(), Failure> {
        let bad = |sentence: String| Failure::new(super::failure::Code::BadRequest, sentence);
        let mut panels = Vec::new();
        for key in settings.panels.iter().flatten() {
            let found = Panel::of_link(key).ok_or_else(|| bad(format!("There is no panel “{key}”.")))?;
            panels.extend(found.iter().copied().filter(|panel| *panel != Panel::Picture));
        }
        if settings
            .speed
            .is_some_and(|speed| !(0.05..=64.0).contains(&speed))
        {
            return Err(bad(
                "Time runs between 0.05 and 64 times as fast as it did.".to_owned()
            ));
        }
        let preferences = self.preferences;
        if let Some(mode) = settings.mode {
            self.make_room(mode);
            self.mode.set(mode);
        }
        if settings.panels.is_some() {
            panels.iter().for_each(|panel| preferences.show_panel(*panel));
            self.panels.set(panels);
        }
        if let Some(keyboard) = settings.keyboard {
            preferences.set_single_keys(match keyboard {
                Keyboard::Focus => SingleKeys::Focused,
                Keyboard::Off => SingleKeys::Never,
                Keyboard::Global => SingleKeys::Always,
            });
            self.keyboard.set(keyboard);
        }
        if let Some(theme) = &settings.theme
            && preferences.theme().get_untracked() != *theme
        {
            preferences.set_theme(theme.clone());
        }
        let times = |page: &Page| {
            let playing = page.stores.playing;
            if let Some(speed) = settings.speed {
                playing.set_speed(speed);
            }
            if settings
                .repeats
                .is_some_and(|repeats| repeats != playing.repeats().get_untracked())
            {
                playing.toggle_repeats();
            }
            if let Some(skip_inactive) = settings.skip_inactive {
                playing.skip_idle(skip_inactive);
            }
        };
        self.recording().and_then(|recording| recording.with(times));
        Ok(())
    }
}
