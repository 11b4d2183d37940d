// What is to happen later, ordered by when: a binary heap that the poll loop asks how long it may wait.

/// Something that happens once, unless it is cancelled or let go of before: what its body needs is there as long as
/// whoever holds it.
package final class Timer {
    private let entry: TimerQueue.Entry

    fileprivate init(_ entry: TimerQueue.Entry) { self.entry = entry }

    deinit { cancel() }

    /// Makes it not happen.
    package func cancel() { entry.body = nil }
}

/// What is to happen in one loop. What was cancelled stays until it is at the front, or until most are.
struct TimerQueue {
    fileprivate final class Entry {
        let deadline: Instant
        var body: (() -> Void)?

        init(_ deadline: Instant, _ body: @escaping () -> Void) {
            self.deadline = deadline
            self.body = body
        }
    }

    private var heap: [Entry] = []

    /// Adds what nobody can cancel.
    mutating func schedule(at deadline: Instant, _ body: @escaping () -> Void) {
        _ = insert(Entry(deadline, body))
    }

    mutating func add(at deadline: Instant, _ body: @escaping () -> Void) -> Timer {
        Timer(insert(Entry(deadline, body)))
    }

    private mutating func insert(_ entry: Entry) -> Entry {
        if heap.count >= 64, heap.count == heap.capacity { removeCancelled() }
        heap.append(entry)
        siftUp(heap.count - 1)
        return entry
    }

    /// When the next timer is due, nil if there is none.
    mutating func nextDeadline() -> Instant? {
        while let first = heap.first, first.body == nil { removeFirst() }
        return heap.first?.deadline
    }

    /// Takes what the next timer due by `now` does, nil if none is.
    mutating func takeDue(by now: Instant) -> (() -> Void)? {
        guard let deadline = nextDeadline(), deadline <= now, let first = heap.first else { return nil }
        removeFirst()
        let body = first.body
        first.body = nil
        return body
    }

    private mutating func removeCancelled() {
        heap.removeAll { $0.body == nil }
        heap.sort { $0.deadline < $1.deadline }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
