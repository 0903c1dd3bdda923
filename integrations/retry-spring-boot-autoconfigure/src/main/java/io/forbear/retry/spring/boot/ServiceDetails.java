package io.forbear.retry.spring.boot;

import io.forbear.retry.operations.ServiceEvent;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the endpoint says of one service.
 *
 * @param service the name
 * @param description what it says of each service
 * @param events what happened last, oldest first; without the fields of an event, which may name a client
 * @since 0.1
 */
record ServiceDetails(String service, ServiceDescription description, List<Event> events) {

    static ServiceDetails of(ServiceOperations service) {
        List<Event> events = new ArrayList<>();
        for (ServiceEvent event : service.events()) {
            events.add(new Event(event.time(), ServiceDescription.word(event.kind()), event.text()));
        }
        return new ServiceDetails(service.service(), ServiceDescription.of(service), List.copyOf(events));
    }

    /**
     * Something that happened.
     *
     * @param time when
     * @param kind what, in lower case with hyphens
     * @param text the same as a sentence
     * @since 0.1
     */
    record Event(Instant time, String kind, String text) {}
}
