//! The console: messages in the order of the program, before and after the current moment.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    preview::Preview,
    primitives::{
        icon::IconView,
        virtual_list::{ListKind, Reveal, RowView, VirtualList},
    },
};

pub mod filter;
mod logic;
mod types;
pub use logic::{MAX_LINES, Wrapped, wrap};
pub use types::{ConsoleRow, ConsoleRows, FilterState, Level, LevelCounts};
pub mod demo;

/// The list of messages. A message whose moment is now is marked; what comes after now lies in the shade.
#[component]
pub fn ConsoleView(
    /// The messages shown.
    #[prop(into)]
    rows: Signal<ConsoleRows>,
    /// How many of them lie at or before the current moment.
    #[prop(into)]
    n_before: Signal<usize>,
    /// The message of the very moment, if there is one.
    #[prop(into)]
    current: Signal<Option<usize>>,
    /// Told the message whose moment the person wants.
    #[prop(into)]
    on_choose: Callback<usize>,
    /// Told the message whose place in the source the person wants.
    #[prop(into)]
    on_location: Callback<usize>,
) -> impl IntoView {
    let columns = RwSignal::new(80_usize);
    let layout = Memo::new(move |_| rows.with(|rows| logic::lay_out(rows, columns.get())));
    let active = RwSignal::new(None::<usize>);
    let active_now = Memo::new(move |_| {
        active
            .get()
            .filter(|active| rows.with(|rows| *active < rows.n_rows))
    });
    let reveal = Memo::new(move |_| current.get().map(Reveal::centered));
    let row: RowView = Arc::new(move |index, id| {
        view! {
            <Row
                index=index
                id=id
                columns=columns
                row=Memo::new(move |_| rows.with(|rows| (index < rows.n_rows).then(|| (rows.row)(index))))
                is_after=Memo::new(move |_| index >= n_before.get())
                is_last_before=Memo::new(move |_| index + 1 == n_before.get())
                is_current=Memo::new(move |_| current.get() == Some(index))
                is_active=Memo::new(move |_| active_now.get() == Some(index))
                n_rows=Memo::new(move |_| rows.with(|rows| rows.n_rows))
                on_choose=move |()| { active.set(Some(index)); on_choose.run(index); }
                on_location=move |()| on_location.run(index)
            />
        }
        .into_any()
    });
    view! {
        <VirtualList
            id="console"
            label="Console messages"
            kind=ListKind::Listbox
            layout=layout
            row=row
            active=active_now
            on_active=move |index| active.set(Some(index))
            on_activate=on_choose
            reveal=reveal
            on_size=move |(width, _)| columns.set(logic::text_columns(width))
        />
    }
}

#[component]
fn Row(
    index: usize,
    id: String,
    columns: RwSignal<usize>,
    row: Memo<Option<ConsoleRow>>,
    is_after: Memo<bool>,
    is_last_before: Memo<bool>,
    is_current: Memo<bool>,
    is_active: Memo<bool>,
    n_rows: Memo<usize>,
    #[prop(into)] on_choose: Callback<()>,
    #[prop(into)] on_location: Callback<()>,
) -> impl IntoView {
    let level = move || row.with(|row| row.as_ref().map_or(Level::Log, |row| row.level));
    let content = move || {
        row.get().map(
            |ConsoleRow {
                 level,
                 tokens,
                 location,
                 time,
                 ..
             }| {
                let title = location.clone();
            let is_broken_anywhere = logic::wrap(tokens.iter().map(|token| token.text.as_str()), columns.get()).is_broken_anywhere;
                view! {
                    <span class="ph-message__level">
                        <IconView icon=level.icon()/>
                        <span class="ph-hidden">{level.name()}</span>
                    </span>
                    <span class="ph-message__text" class:ph-message__text--anywhere=is_broken_anywhere><Preview tokens=tokens/></span>
                    <span
                        class="ph-message__location"
                        title=title
                        on:click=move |event| { event.stop_propagation(); on_location.run(()); }
                    >
                        {location}
                    </span>
                    <span class="ph-message__time ph-number">{time}</span>
                }
            },
        )
    };
    view! {
        <div
            id=id
            class=move || format!("ph-message {}", level().class())
            class:ph-message--after=move || is_after.get()
            class:ph-message--last-before=move || is_last_before.get()
            class:ph-message--current=move || is_current.get()
            class:ph-message--active=move || is_active.get()
            data-testid="message"
            role="option"
            aria-selected=move || if is_current.get() { "true" } else { "false" }
            aria-posinset=index + 1
            aria-setsize=move || n_rows.get()
            on:click=move |_| on_choose.run(())
        >
            {content}
        </div>
    }
}
