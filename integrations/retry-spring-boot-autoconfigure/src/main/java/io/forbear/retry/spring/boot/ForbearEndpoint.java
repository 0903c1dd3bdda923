package io.forbear.retry.spring.boot;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.convert.DurationStyle;

/**
 * {@code /actuator/forbear}: every service with its figures, its settings and the source of each, and the switches. No
 * answer names a client.
 */
@Endpoint(id = "forbear")
final class ForbearEndpoint {

    /** The switches of a service, by the name of the action. */
    private static final Map<String, Switch> ACTIONS = new TreeMap<>(Map.of(
            "reset-breaker", (service, who, why, ttl) -> service.resetBreaker(who, why),
            "force-breaker-open", (service, who, why, ttl) -> service.forceBreakerOpen(who, why),
            "force-breaker-closed", (service, who, why, ttl) -> service.forceBreakerClosed(who, why),
            "pause-retries", (service, who, why, ttl) -> service.pauseRetries(duration(ttl), who, why),
            "resume-retries", (service, who, why, ttl) -> service.resumeRetries(who, why)));

    private final RetryRegistry registry;
    private final @Nullable ForbearReload reload;

    /**
     * Makes the endpoint.
     *
     * @param registry the services
     * @param reload what reads the settings again; {@code null} if the registry is the application's own affair
     */
    public ForbearEndpoint(RetryRegistry registry, @Nullable ForbearReload reload) {
        this.registry = registry;
        this.reload = reload;
    }

    /**
     * Describes all services that have been asked for.
     *
     * @return the services by name, and the last reload
     */
    @ReadOperation
    public AllServices services() {
        Map<String, ServiceDescription> services = new TreeMap<>();
        registry.operations().services().forEach((name, service) -> services.put(name, ServiceDescription.of(service)));
        return new AllServices(services, lastReload());
    }

    /**
     * Describes one service.
     *
     * @param service the name
     * @return the service, with what happened to it; {@code null}, which is 404, if it has not been asked for
     */
    @ReadOperation
    public @Nullable ServiceDetails service(@Selector String service) {
        return registry.operations().service(service).map(ServiceDetails::of).orElse(null);
    }

    /**
     * Reads the settings again.
     *
     * @return the outcome; its status is 200, 422 if the settings are wrong and those before stay in force, 405 if the
     *     application made its registry itself
     */
    @WriteOperation
    public WebEndpointResponse<ReloadDescription> reload() {
        if (reload == null) {
            return new WebEndpointResponse<>(lastReload(), 405);
        }
        Optional<String> problem = reload.reload();
        return new WebEndpointResponse<>(lastReload(), problem.isPresent() ? 422 : WebEndpointResponse.STATUS_OK);
    }

    /**
     * Uses a switch of a service. No text is mandatory for Boot, whose answer would be a 400 without a reason.
     *
     * @param service the name
     * @param action {@code reset-breaker}, {@code force-breaker-open}, {@code force-breaker-closed}, {@code
     *     pause-retries} or {@code resume-retries}
     * @param who who does it
     * @param why the reason
     * @param timeToLive how long a pause lasts, such as {@code 10m}; not read by the other actions
     * @return the service after that: 200; 404 if it has not been asked for, 400 if the action or a text is wrong, 409
     *     if the service has no breaker that can be controlled
     */
    @WriteOperation
    public WebEndpointResponse<Object> act(
            @Selector String service,
            @org.springframework.lang.Nullable String action,
            @org.springframework.lang.Nullable String who,
            @org.springframework.lang.Nullable String why,
            @org.springframework.lang.Nullable String timeToLive) {
        ServiceOperations operations = registry.operations().service(service).orElse(null);
        if (operations == null) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        Switch chosen = action == null ? null : ACTIONS.get(action);
        if (chosen == null) {
            return refused(
                    "action: " + action + " (expected: one of " + String.join(", ", ACTIONS.keySet()) + ")", 400);
        }
        try {
            chosen.use(operations, who == null ? "" : who, why == null ? "" : why, timeToLive);
            return new WebEndpointResponse<>(ServiceDetails.of(operations));
        } catch (IllegalArgumentException wrong) {
            return refused(wrong.getMessage(), WebEndpointResponse.STATUS_BAD_REQUEST);
        } catch (IllegalStateException | UnsupportedOperationException impossible) {
            return refused(impossible.getMessage(), 409);
        }
    }

    /** Reads a time as properties are read. */
    private static Duration duration(@Nullable String timeToLive) {
        try {
            return DurationStyle.detectAndParse(String.valueOf(timeToLive).strip());
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "timeToLive: " + timeToLive + " (expected: a time such as 10m)", unreadable);
        }
    }

    private static WebEndpointResponse<Object> refused(@Nullable String problem, int status) {
        return new WebEndpointResponse<>(Map.of("problem", String.valueOf(problem)), status);
    }

    private ReloadDescription lastReload() {
        return reload == null ? ReloadDescription.none() : ReloadDescription.of(reload);
    }

    /** A switch. */
    private interface Switch {
        void use(ServiceOperations service, String who, String why, @Nullable String timeToLive);
    }
}
