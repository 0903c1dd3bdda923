package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.fixture.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The views of one service. */
class ViewsTest {

    private final World world = new World();
    private final Retry retry = world.service();

    @Test
    void areEqualWhereServiceClientAndOptionsAre() {
        CallOptions soon = CallOptions.defaults().deadline(Duration.ofSeconds(1));

        assertThat(retry.forClient("tenant"))
                .isEqualTo(retry.forClient("tenant"))
                .hasSameHashCodeAs(retry.forClient("tenant"))
                .isNotEqualTo(retry)
                .isNotEqualTo(retry.forClient("other"))
                .isNotEqualTo(retry.forClient("tenant").with(soon))
                .isNotEqualTo("tenant");
        assertThat(retry.with(soon))
                .isEqualTo(retry.with(CallOptions.defaults().deadline(Duration.ofSeconds(1))))
                .hasSameHashCodeAs(retry.with(CallOptions.defaults().deadline(Duration.ofSeconds(1))))
                .isNotEqualTo(retry);
    }

    @Test
    void ofTwoServicesOfOneNameAreNotEqual() {
        assertThat(retry).isNotEqualTo(world.service());
    }

    @Test
    void hashByServiceClientAndOptions() {
        assertThat(retry.forClient("tenant").hashCode())
                .isNotEqualTo(retry.forClient("other").hashCode())
                .isNotEqualTo(retry.hashCode());
    }

    @Test
    void keepWhatTheyWereMadeFrom() {
        CallOptions soon = CallOptions.defaults().deadline(Duration.ofSeconds(1));

        assertThat(retry.with(soon).forClient("tenant"))
                .isEqualTo(retry.forClient("tenant").with(soon));
        assertThat(retry.forClient("tenant").name()).isEqualTo("users");
        assertThat(retry.forClient("tenant").policy()).isEqualTo(RetryPolicy.defaults());
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().client())
                .contains("tenant");
    }

    @Test
    void sayWhoseTheyAre() {
        assertThat(retry).hasToString("Retry(users)");
        assertThat(retry.forClient("tenant")).hasToString("Retry(users, client tenant)");
    }

    @Test
    void refuseNulls() {
        assertThatThrownBy(() -> retry.forClient(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("client");
        assertThatThrownBy(() -> retry.with(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("options");
        assertThatThrownBy(() -> retry.callAsync(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("operation");
        assertThatThrownBy(() -> retry.callBatchAsync(java.util.List.of(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("operation");
    }
}
