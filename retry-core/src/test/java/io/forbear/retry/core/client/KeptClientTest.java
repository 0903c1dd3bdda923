package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A view that its user keeps remembers its client, and counts where a look-up would. */
class KeptClientTest {

    private static Retry service(int maxClients) {
        return Retries.named("kept").maxClients(maxClients).build();
    }

    private static void calls(Retry view, int calls) {
        for (int i = 0; i < calls; i++) {
            assertThat(view.call(() -> "ok")).isEqualTo("ok");
        }
    }

    @Test
    void countsEachCallOnceWhicheverViewMadeIt() {
        Retry service = service(10);
        Retry kept = service.forClient("tenant");
        Retry other = service.forClient("tenant");
        calls(kept, 5);
        calls(other, 3);
        Retry hurried = kept.with(CallOptions.defaults());
        calls(hurried, 4);
        calls(service.forClient("tenant"), 1);

        assertThat(kept.clientSnapshot().orElseThrow().calls()).isEqualTo(13);
        assertThat(service.snapshot().clientsTracked()).isEqualTo(1);
    }

    @Test
    void countsInTheSuccessorOfAClientThatWasEvicted() {
        Retry service = service(1);
        Retry kept = service.forClient("tenant");
        calls(kept, 5);
        calls(service.forClient("other"), 1);
        assertThat(service.snapshot().clientsEvicted()).isEqualTo(1);

        calls(kept, 3);

        assertThat(kept.clientSnapshot().orElseThrow().calls()).isEqualTo(3);
        assertThat(service.snapshot().clientsEvicted()).isEqualTo(2);
    }

    @Test
    void findsAPlaceOfItsOwnOnceThereIsRoom() {
        Retry service = service(1);
        Retry first = service.forClient("first");
        try {
            first.with(CallOptions.defaults()).call(() -> {
                throw new IOException("once");
            });
        } catch (IOException expected) {
            assertThat(expected).hasMessage("once");
        }
        Retry kept = service.forClient("tenant");
        calls(kept, 3);
        assertThat(kept.clientSnapshot().orElseThrow().calls()).isPositive();
        assertThat(service.snapshot().clientsTracked()).isEqualTo(1);
    }

    @Test
    void countsInTheTableOfTheConfigurationInForce() {
        RetryRegistry registry = RetryRegistry.builder().build(RetryConfig.of(Map.of("max-clients", "10")));
        Retry service = registry.get("s");
        Retry kept = service.forClient("tenant");
        calls(kept, 3);
        registry.reload(RetryConfig.of(Map.of("max-clients", "20")));
        long before = kept.clientSnapshot().orElseThrow().calls();

        calls(kept, 4);
        calls(service.forClient("tenant"), 1);

        assertThat(kept.clientSnapshot().orElseThrow().calls()).isEqualTo(before + 5);
    }
}
