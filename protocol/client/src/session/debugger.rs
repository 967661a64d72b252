//! Sources, locations in them, how often they ran, and where stepping leads.

use wire::{
    command::Empty,
    debugger::{
        ContentType, FindReverseStepOverTarget, FindReverseStepOverTargetResult, FindSources,
        FindStepInTarget, FindStepInTargetResult, FindStepOutTarget, FindStepOutTargetResult,
        FindStepOverTarget, FindStepOverTargetResult, FunctionMatch, FunctionsMatches,
        GetAllEventHandlerCounts, GetAllEventHandlerCountsResult, GetHitCounts, GetHitCountsResult,
        GetMappedLocation, GetMappedLocationResult, GetPossibleBreakpoints, GetPossibleBreakpointsResult,
        GetSourceContents, GetSourceContentsResult, GetSourceMap, GetSourceMapResult, GetSourceOutline,
        GetSourceOutlineResult, Location, MapExpressionToGeneratedScope, MapExpressionToGeneratedScopeResult,
        NewSource, NewSources, SameLineSourceLocations, SearchFunctions, SearchSourceContents,
        SearchSourceContentsMatches, Source, SourceContentsChunk, SourceContentsInfo, SourceLocation,
        StreamSourceContents,
    },
    ids::{SearchId, SourceId},
    point::ExecutionPoint,
    recording::PointRange,
};

use crate::{Call, CallError, Session, Streaming};

/// A piece of a source, as [`Session::stream_source_contents`] brings it: first the info, then chunks in order.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceContents {
    /// How much there will be.
    Info(SourceContentsInfo),
    /// Text that follows what came before.
    Chunk(String),
}

impl Session {
    /// Every source of the recording, in batches.
    pub fn find_sources(&self) -> Streaming<Vec<Source>, Empty> {
        self.stream()
            .on(|_event: &NewSource| true, |NewSource(source)| vec![source])
            .on(|_event: &NewSources| true, |event| event.sources)
            .call_in_turn(&FindSources {}, "")
    }

    /// A source's text, piece by piece.
    pub fn stream_source_contents(&self, source_id: &SourceId) -> Streaming<SourceContents, Empty> {
        let (of_info, of_chunk) = (source_id.clone(), source_id.clone());
        self.stream()
            .on(
                move |event: &SourceContentsInfo| event.source_id == of_info,
                SourceContents::Info,
            )
            .on(
                move |event: &SourceContentsChunk| event.source_id == of_chunk,
                |event| SourceContents::Chunk(event.chunk),
            )
            .call_in_turn(
                &StreamSourceContents {
                    source_id: source_id.clone(),
                },
                source_id.as_str(),
            )
    }

    /// A source's whole text and what kind of text it is, streamed, and checked against the announced length.
    ///
    /// # Errors
    /// As any call; [`CallError::Malformed`] if the text is not as long as announced, as when a chunk could not be
    /// decoded.
    pub async fn read_source(&self, source_id: &SourceId) -> Result<(String, ContentType), CallError> {
        let (pieces, Empty {}) = self.stream_source_contents(source_id).all().await?;
        let (mut text, mut announced) = (String::new(), None);
        for piece in pieces {
            match piece {
                SourceContents::Info(info) => announced = Some(info),
                SourceContents::Chunk(chunk) => text.push_str(&chunk),
            }
        }
        let malformed = |message| CallError::Malformed {
            method: "Debugger.streamSourceContents",
            message,
        };
        let info = announced.ok_or_else(|| malformed("no sourceContentsInfo came".to_owned()))?;
        let n_units = u64::try_from(text.encode_utf16().count()).unwrap_or(u64::MAX);
        match n_units == info.code_unit_count {
            true => Ok((text, info.content_type)),
            false => Err(malformed(format!(
                "{n_units} code units came of {}",
                info.code_unit_count
            ))),
        }
    }

    /// A source's whole text, in one message.
    pub fn get_source_contents(&self, source_id: &SourceId) -> Call<GetSourceContentsResult> {
        self.call(&GetSourceContents {
            source_id: source_id.clone(),
        })
    }

    /// A source's source map.
    pub fn get_source_map(&self, source_id: &SourceId) -> Call<GetSourceMapResult> {
        self.call(&GetSourceMap {
            source_id: source_id.clone(),
        })
    }

    /// A source's functions and classes.
    pub fn get_source_outline(&self, source_id: &SourceId) -> Call<GetSourceOutlineResult> {
        self.call(&GetSourceOutline {
            source_id: source_id.clone(),
        })
    }

    /// Where a source can be stopped in, within a range.
    pub fn get_possible_breakpoints(
        &self,
        source_id: &SourceId,
        begin: Option<SourceLocation>,
        end: Option<SourceLocation>,
    ) -> Call<GetPossibleBreakpointsResult> {
        self.call(&GetPossibleBreakpoints {
            source_id: source_id.clone(),
            begin,
            end,
        })
    }

    /// How often locations of a source ran.
    pub fn get_hit_counts(
        &self,
        source_id: &SourceId,
        locations: Vec<SameLineSourceLocations>,
        max_hits: Option<u64>,
        range: Option<PointRange>,
    ) -> Call<GetHitCountsResult> {
        self.call(&GetHitCounts {
            locations,
            source_id: source_id.clone(),
            max_hits,
            range,
        })
    }

    /// How often handlers of every type of event ran.
    pub fn get_all_event_handler_counts(
        &self,
        range: Option<PointRange>,
    ) -> Call<GetAllEventHandlerCountsResult> {
        self.call(&GetAllEventHandlerCounts { range })
    }

    /// A location in every source that has it.
    pub fn get_mapped_location(&self, location: Location) -> Call<GetMappedLocationResult> {
        self.call(&GetMappedLocation { location })
    }

    /// An expression in the original source's names, in the names of the code that ran.
    pub fn map_expression_to_generated_scope(
        &self,
        expression: &str,
        location: Location,
    ) -> Call<MapExpressionToGeneratedScopeResult> {
        self.call(&MapExpressionToGeneratedScope {
            expression: expression.to_owned(),
            location,
        })
    }

    /// Searches the text of sources; matches come in batches, each saying whether a limit left some out. The search's
    /// id is chosen here, whatever `search` says.
    pub fn search_source_contents(
        &self,
        search: SearchSourceContents,
    ) -> Streaming<SearchSourceContentsMatches, Empty> {
        let id = SearchId::from(self.unique());
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &SearchSourceContentsMatches| event.search_id == wanted,
                |event| event,
            )
            .call(&SearchSourceContents {
                search_id: id,
                ..search
            })
    }

    /// Searches functions by name; matches come in batches. `source_ids` `None` means all sources.
    pub fn search_functions(
        &self,
        query: &str,
        source_ids: Option<Vec<SourceId>>,
    ) -> Streaming<Vec<FunctionMatch>, Empty> {
        let id = SearchId::from(self.unique());
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &FunctionsMatches| event.search_id == wanted,
                |event| event.matches,
            )
            .call(&SearchFunctions {
                search_id: id,
                query: query.to_owned(),
                source_ids,
            })
    }

    /// Where a step over leads.
    pub fn find_step_over_target(&self, point: &ExecutionPoint) -> Call<FindStepOverTargetResult> {
        self.call(&FindStepOverTarget { point: point.clone() })
    }

    /// Where a step over leads, backwards.
    pub fn find_reverse_step_over_target(
        &self,
        point: &ExecutionPoint,
    ) -> Call<FindReverseStepOverTargetResult> {
        self.call(&FindReverseStepOverTarget { point: point.clone() })
    }

    /// Where a step into a call leads.
    pub fn find_step_in_target(&self, point: &ExecutionPoint) -> Call<FindStepInTargetResult> {
        self.call(&FindStepInTarget { point: point.clone() })
    }

    /// Where a step out of the function leads.
    pub fn find_step_out_target(&self, point: &ExecutionPoint) -> Call<FindStepOutTargetResult> {
        self.call(&FindStepOutTarget { point: point.clone() })
    }
}
