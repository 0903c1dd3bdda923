package io.forbear.retry.core.gate;

import org.jspecify.annotations.Nullable;

/**
 * The attempts that wait, in the order in which they came: a linked list that each can leave at once. Not thread-safe.
 */
final class WaitQueue {

    /** A node of the list. */
    abstract static class Node {
        private @Nullable Node before;
        private @Nullable Node behind;
        private long number;
    }

    private @Nullable Node first;
    private @Nullable Node last;
    private long size;
    private long numbers;

    void join(Node node) {
        node.number = ++numbers;
        node.before = last;
        if (last == null) {
            first = node;
        } else {
            last.behind = node;
        }
        last = node;
        size++;
    }

    void leave(Node node) {
        Node before = node.before;
        Node behind = node.behind;
        if (before == null) {
            first = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.before = before;
        }
        node.before = null;
        node.behind = null;
        size--;
    }

    /**
     * Returns the rank of a node, from 1. It is too high by at most the nodes that left between the first one and it.
     */
    long rank(Node node) {
        Node head = first;
        return head == null ? 1 : Math.min(size, node.number - head.number + 1);
    }

    @Nullable
    Node first() {
        return first;
    }

    long size() {
        return size;
    }
}
