//! How workers become threads of the engine, in the builds that have them.

use wasm_bindgen::prelude::*;

use crate::kernels::team::{self, Member};

/// The compiled module, for workers that are to be threads of this instance.
#[wasm_bindgen(js_name = compiledModule)]
pub fn compiled_module() -> JsValue {
    wasm_bindgen::module()
}

/// Gives the calling worker a place in the team; none where it is full.
#[wasm_bindgen(js_name = joinTeam)]
pub fn join_team() -> Option<Place> {
    Member::join().map(Place)
}

/// A worker's place in the team.
#[wasm_bindgen]
pub struct Place(Member);

#[wasm_bindgen]
impl Place {
    /// Computes with the calling worker for ever.
    pub fn work(self) {
        self.0.work()
    }
}

/// Says that a worker of the team was ended by a trap: the engine then ends too, in a panic.
#[wasm_bindgen(js_name = reportFailure)]
pub fn report_failure() {
    team::report_failure();
}

/// Panics in a worker of the team, for tests of what follows.
#[wasm_bindgen(js_name = crashThread)]
pub fn crash_thread() {
    team::crash_a_worker("a thread of the engine was crashed on purpose")
}
