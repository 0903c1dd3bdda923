package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.testkit.ManualRuntime;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** What operators read and switch. */
class ForbearEndpointTest {

    private final RetryRegistry registry = RetryRegistry.builder()
            .runtime(new ManualRuntime().runtime())
            .build(new TestEnvironment().file("application.yml", """
                            forbear.services:
                              orders: {max-attempts: 2, circuit-breaker: 50%, circuit-breaker-failures-in-a-row: 0}
                              mail: {retry-budget: none, circuit-breaker: off}
                            """).read());

    private final ForbearEndpoint endpoint = new ForbearEndpoint(registry, null);

    @AfterEach
    void closes() {
        registry.close();
    }

    private static void fail(Retry retry) {
        assertThatThrownBy(() -> retry.forClient("tenant-42").call(() -> {
                    throw new IOException("connection reset");
                }))
                .isInstanceOf(Exception.class);
    }

    @Test
    void describesEveryServiceThatHasBeenAskedFor() {
        assertThat(endpoint.services().services()).isEmpty();
        fail(registry.get("orders"));

        ServiceDescription orders = endpoint.services().services().get("orders");

        assertThat(orders.calls()).isEqualTo(1);
        assertThat(orders.attempts()).isEqualTo(2);
        assertThat(orders.stops()).isEqualTo(Map.of("attempts-exhausted", 1L));
        assertThat(orders.budget().balance()).isLessThan(orders.budget().capacity());
        assertThat(orders.breaker().state()).isEqualTo("closed");
        assertThat(orders.breaker().windowCalls()).isEqualTo(2);
        assertThat(orders.settings().get("max-attempts"))
                .isEqualTo(new ServiceDescription.Setting(
                        "2", "file", "forbear.services.orders.max-attempts (application.yml:2)"));
        assertThat(orders.settings().get("base-delay").source()).isEqualTo("default");
    }

    @Test
    void whatIsNotThereIsNull() {
        registry.get("mail");

        ServiceDescription mail = endpoint.services().services().get("mail");

        assertThat(mail.budget()).isNull();
        assertThat(mail.breaker()).isNull();
        assertThat(mail.pause()).isNull();
        assertThat(endpoint.service("nothing")).isNull();
        assertThat(endpoint.reload().getStatus()).isEqualTo(405);
    }

    @Test
    void noAnswerNamesAClient() {
        for (int i = 0; i < 30; i++) {
            fail(registry.get("orders"));
        }

        assertThat(endpoint.service("orders").events()).isNotEmpty();
        assertThat(endpoint.service("orders").toString()).doesNotContain("tenant-42");
        assertThat(endpoint.services().toString()).doesNotContain("tenant-42");
    }

    @Test
    void aSwitchIsUsedByNameAndRemembersWhoAndWhy() {
        registry.get("orders");

        assertThat(endpoint.act("orders", "force-breaker-open", "ann", "the database moves", null)
                        .getStatus())
                .isEqualTo(200);
        assertThat(endpoint.service("orders").description().breaker().state()).isEqualTo("forced-open");
        assertThat(endpoint.act("orders", "reset-breaker", "ann", "it has moved", null)
                        .getStatus())
                .isEqualTo(200);
        assertThat(endpoint.service("orders").description().breaker().state()).isEqualTo("closed");
        assertThat(endpoint.service("orders").events().toString())
                .contains("ann")
                .contains("it has moved");
    }

    @Test
    void retriesArePausedForATimeAndResumed() {
        registry.get("orders");

        assertThat(endpoint.act("orders", "pause-retries", "ann", "they drown", "10m")
                        .getStatus())
                .isEqualTo(200);
        assertThat(endpoint.service("orders").description().pause())
                .isEqualTo(new ServiceDescription.Pause("PT10M", "ann", "they drown"));
        assertThat(endpoint.act("orders", "resume-retries", "ann", "they swim", null)
                        .getStatus())
                .isEqualTo(200);
        assertThat(endpoint.service("orders").description().pause()).isNull();

        for (String time : new String[] {null, "soon", ""}) {
            assertThat(endpoint.act("orders", "pause-retries", "ann", "they drown", time)
                            .getBody())
                    .isEqualTo(Map.of("problem", "timeToLive: " + time + " (expected: a time such as 10m)"));
        }
        assertThat(endpoint.act("orders", "pause-retries", "ann", "they drown", "2d")
                        .getBody()
                        .toString())
                .contains("timeToLive: PT48H (expected: ");
    }

    @Test
    void aWrongRequestIsAnsweredInWords() {
        registry.get("orders");
        registry.get("mail");

        WebEndpointResponse<Object> unknown = endpoint.act("orders", "explode", "ann", "why not", null);
        assertThat(unknown.getStatus()).isEqualTo(400);
        assertThat(unknown.getBody())
                .isEqualTo(Map.of(
                        "problem",
                        "action: explode (expected: one of force-breaker-closed, force-breaker-open, pause-retries,"
                                + " reset-breaker, resume-retries)"));
        assertThat(endpoint.act("orders", null, "ann", "why not", null)
                        .getBody()
                        .toString())
                .contains("action: null (expected: one of force-breaker-closed,");
        assertThat(endpoint.act("orders", "reset-breaker", "", "why not", null).getStatus())
                .isEqualTo(400);
        WebEndpointResponse<Object> anonymous = endpoint.act("orders", "reset-breaker", null, null, null);
        assertThat(anonymous.getStatus()).isEqualTo(400);
        assertThat(anonymous.getBody())
                .isEqualTo(Map.of("problem", "who:  (expected: one line of 1 to 100 characters)"));
        assertThat(endpoint.act("mail", "reset-breaker", "ann", "why not", null).getStatus())
                .isEqualTo(409);
        assertThat(endpoint.act("nothing", "reset-breaker", "ann", "why not", null)
                        .getStatus())
                .isEqualTo(404);
    }
}
