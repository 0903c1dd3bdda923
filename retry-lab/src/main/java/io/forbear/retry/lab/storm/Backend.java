package io.forbear.retry.lab.storm;

import java.net.URI;
import java.util.List;

/** What the clients of a run call. Thread-safe. */
interface Backend extends AutoCloseable {

    /** Where it listens; a request may go to any of them. */
    List<URI> uris();

    /** Requests that wait for a worker. */
    int queued();

    @Override
    void close();
}
