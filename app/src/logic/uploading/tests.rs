//! What happens, and what is to be done then.

use super::*;

const KIB: u64 = 1 << 10;

/// A file of ten chunks, begun by a server that has so much of it.
fn begun(has: u64) -> (Upload, Vec<Order>) {
    let (mut upload, orders) = Upload::begin(160 * KIB);
    assert_eq!(orders, [Order::Connect]);
    assert_eq!(upload.take(Event::Told(has)), []);
    let orders = upload.take(Event::Begun);
    (upload, orders)
}

fn send(at_chunk: u64) -> Order {
    Order::Send {
        offset: at_chunk * 16 * KIB,
        len: 16 * KIB,
    }
}

#[test]
fn chunks_are_bounded() {
    for (n_bytes, chunk_bytes) in [
        (0, 16 * KIB),
        (160 * KIB, 16 * KIB),
        (100 << 20, 1 << 20),
        (5 << 30, MAX_CHUNK_BYTES),
    ] {
        assert_eq!(Upload::begin(n_bytes).0.chunk_bytes, chunk_bytes);
    }
}

#[test]
fn a_few_chunks_are_under_way_and_the_next_follows_an_answer() {
    let (mut upload, orders) = begun(0);
    assert_eq!(orders, [send(0), send(1), send(2)]);
    assert_eq!(upload.take(Event::Told(16 * KIB)), []);
    assert_eq!(upload.arrived(), 16 * KIB);
    assert_eq!(upload.take(Event::Taken), [send(3)]);
    for chunk in 4..10 {
        assert_eq!(upload.take(Event::Taken), [send(chunk)]);
    }
    // The last three answers; with the very last all of it has arrived.
    assert_eq!(upload.take(Event::Taken), []);
    assert_eq!(upload.take(Event::Taken), []);
    assert_eq!(upload.take(Event::Taken), [Order::Finish]);
    assert_eq!((upload.stage(), upload.arrived()), (&Stage::Finishing, 160 * KIB));
    assert_eq!(upload.take(Event::Finished), [Order::Close]);
    assert_eq!(upload.stage(), &Stage::Done);
    assert_eq!(upload.take(Event::Cancel), []);
}

#[test]
fn the_last_chunk_is_what_is_left_and_nothing_is_finished_at_once() {
    let (mut upload, _) = Upload::begin(100);
    assert_eq!(upload.take(Event::Begun), [Order::Send { offset: 0, len: 100 }]);
    let (mut upload, _) = Upload::begin(0);
    assert_eq!(upload.take(Event::Begun), [Order::Finish]);
}

#[test]
fn a_pause_sends_nothing_more_until_it_is_over() {
    let (mut upload, _) = begun(0);
    assert_eq!(upload.take(Event::Pause), []);
    for _ in 0..3 {
        assert_eq!(upload.take(Event::Taken), []);
    }
    assert_eq!((upload.stage(), upload.arrived()), (&Stage::Paused, 3 * 16 * KIB));
    assert_eq!(upload.take(Event::Pause), []);
    assert_eq!(upload.take(Event::Resume), [send(3), send(4), send(5)]);
    assert_eq!(upload.take(Event::Resume), []);
}

#[test]
fn a_pause_while_it_connects_is_kept() {
    let (mut upload, _) = Upload::begin(160 * KIB);
    upload.take(Event::Pause);
    assert_eq!(upload.take(Event::Begun), []);
    assert_eq!(upload.take(Event::Resume), [send(0), send(1), send(2)]);
    let (mut upload, _) = Upload::begin(160 * KIB);
    upload.take(Event::Pause);
    assert_eq!(upload.take(Event::Resume), []);
    assert_eq!(upload.take(Event::Begun), [send(0), send(1), send(2)]);
}

#[test]
fn after_a_loss_it_goes_on_where_the_server_says() {
    let (mut upload, _) = begun(0);
    upload.take(Event::Taken);
    assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 0 }]);
    assert_eq!(upload.stage(), &Stage::Lost);
    assert_eq!(upload.take(Event::Waited), [Order::Connect]);
    assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 1 }]);
    // Whoever does not want to wait tries at once, and the wait that ends later changes nothing.
    assert_eq!(upload.take(Event::Resume), [Order::Connect]);
    assert_eq!(upload.take(Event::Waited), []);
    // Two and a half chunks had come.
    upload.take(Event::Told(40 * KIB));
    let orders = upload.take(Event::Begun);
    let first = Order::Send {
        offset: 40 * KIB,
        len: 16 * KIB,
    };
    assert_eq!(orders.first(), Some(&first));
    // What is taken ends the row of attempts.
    upload.take(Event::Taken);
    assert_eq!(upload.take(Event::Lost), [Order::Wait { attempt: 0 }]);
}

#[test]
fn a_loss_in_a_pause_is_noticed_when_it_goes_on() {
    let (mut upload, _) = begun(0);
    upload.take(Event::Pause);
    assert_eq!(upload.take(Event::Lost), []);
    assert_eq!(upload.stage(), &Stage::Paused);
    assert_eq!(upload.take(Event::Resume), [Order::Connect]);
    // And a pause in a loss tries nothing by itself.
    upload.take(Event::Lost);
    upload.take(Event::Pause);
    assert_eq!(upload.take(Event::Waited), []);
}

#[test]
fn a_server_that_has_begun_is_asked_again_when_it_refuses_to_go_on() {
    let (mut upload, _) = begun(0);
    upload.take(Event::Lost);
    let refused = || Event::Refused("another client is sending recording 7".to_owned());
    for attempt in 1..=MAX_REFUSALS {
        assert_eq!(upload.take(Event::Waited), [Order::Connect]);
        assert_eq!(upload.take(refused()), [Order::Close, Order::Wait { attempt }]);
    }
    upload.take(Event::Waited);
    assert_eq!(upload.take(refused()), [Order::Close]);
    let failed = "The server does not take it: another client is sending recording 7.";
    assert_eq!(upload.stage(), &Stage::Failed(failed.to_owned()));
    // It can be tried again all the same.
    assert_eq!(upload.take(Event::Resume), [Order::Connect]);
}

#[test]
fn what_the_server_refuses_first_or_on_the_way_fails() {
    let (mut upload, _) = Upload::begin(10);
    let refused = || Event::Refused("there is no room.".to_owned());
    assert_eq!(upload.take(refused()), [Order::Close]);
    let failed = Stage::Failed("The server does not take it: there is no room.".to_owned());
    assert_eq!(upload.stage(), &failed);
    let (mut upload, _) = begun(0);
    assert_eq!(upload.take(refused()), [Order::Close]);
    // The chunks that were under way are refused as well, or end with the connection.
    assert_eq!(upload.take(refused()), []);
    assert_eq!(upload.take(Event::Lost), []);
    assert_eq!(upload.stage(), &failed);
    let (mut upload, _) = begun(0);
    upload.take(Event::Unreadable("it is gone".to_owned()));
    assert!(matches!(upload.stage(), Stage::Failed(reason) if reason.contains("it is gone")));
}

#[test]
fn a_server_that_has_more_than_there_is_is_not_believed() {
    let (mut upload, _) = Upload::begin(10);
    assert_eq!(upload.take(Event::Told(11)), [Order::Close]);
    assert!(matches!(upload.stage(), Stage::Failed(_)));
    let (mut upload, _) = begun(0);
    upload.take(Event::Told(160 * KIB));
    assert!(matches!(upload.stage(), Stage::Failed(_)));
}

#[test]
fn a_recording_that_is_there_after_all_is_done() {
    let (mut upload, _) = Upload::begin(10);
    upload.take(Event::Begun);
    assert_eq!(upload.take(Event::Taken), [Order::Finish]);
    // The answer to that is lost, and the server has it already when it is asked again.
    upload.take(Event::Lost);
    upload.take(Event::Waited);
    upload.take(Event::IsThere);
    assert_eq!((upload.stage(), upload.arrived()), (&Stage::Done, 10));
}

#[test]
fn cancelled_it_is_forgotten_where_the_server_can_be_told() {
    let (mut upload, _) = begun(0);
    assert_eq!(upload.take(Event::Cancel), [Order::Discard]);
    assert_eq!(upload.take(Event::Taken), []);
    assert_eq!(upload.stage(), &Stage::Cancelled);
    let (mut upload, _) = Upload::begin(10);
    assert_eq!(upload.take(Event::Cancel), [Order::Close]);
}

/// A server that takes chunks in order, and whose connection breaks now and then, before or after it has taken one.
#[test]
fn whatever_is_lost_all_arrives_once_and_in_order() {
    for seed in 1..200_u64 {
        let mut state = seed;
        let mut chance = move |one_in: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33).is_multiple_of(one_in)
        };
        let n_bytes = 160 * KIB + seed;
        let (mut upload, orders) = Upload::begin(n_bytes);
        let mut orders = VecDeque::from(orders);
        let mut has = 0;
        let mut n_done = 0;
        while !upload.is_over() {
            n_done += 1;
            assert!(n_done < 10_000, "it never ends");
            let order = orders
                .pop_front()
                .unwrap_or_else(|| panic!("stuck at {upload:?}"));
            let mut events = Vec::new();
            match order {
                Order::Connect if chance(3) => events.push(Event::Lost),
                Order::Connect => events.extend([Event::Told(has), Event::Begun]),
                Order::Send { offset, len } => {
                    assert_eq!(offset, has);
                    let is_lost = chance(6);
                    if !is_lost || chance(2) {
                        has += len;
                    }
                    match is_lost {
                        true => events.push(Event::Lost),
                        false => events.extend([Event::Told(has), Event::Taken]),
                    }
                }
                Order::Finish if chance(3) => events.push(Event::Lost),
                Order::Finish => events.push(Event::Finished),
                Order::Wait { .. } => events.push(Event::Waited),
                Order::Discard | Order::Close => {}
            }
            for event in events {
                // What was to be sent on a connection that is lost is not sent.
                if event == Event::Lost {
                    orders.clear();
                }
                orders.extend(upload.take(event));
            }
        }
        assert_eq!((has, upload.arrived()), (n_bytes, n_bytes));
    }
}
