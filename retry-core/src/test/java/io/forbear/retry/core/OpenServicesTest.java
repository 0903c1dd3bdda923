package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.service.Service;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenServicesTest {

    private final List<String> notices = new ArrayList<>();
    private final OpenServices open = new OpenServices(notices::add);
    private final Service first = service("dup");
    private final Service second = service("dup");

    private static Service service(String name) {
        NanoClock clock = () -> 0;
        return new Service(
                name,
                clock,
                null,
                RetryPolicy.defaults(),
                null,
                null,
                new ClientTable(1, null, clock),
                List.of(),
                null,
                null);
    }

    @Test
    void twoOpenServicesOfOneNameAreNoticedOnce() {
        open.open(first);
        assertThat(notices).isEmpty();
        open.open(second);
        open.open(service("dup"));

        assertThat(notices).hasSize(1).first(STRING).startsWith("two services that are open are named \"dup\": ");
        assertThat(first.name()).isEqualTo(second.name()); // both are held until here
    }

    @Test
    void aServiceThatFollowsOneThatWasClosedIsNot() {
        open.open(first);
        open.close(first);
        assertThat(open.size()).isZero();

        open.open(second);

        assertThat(notices).isEmpty();
    }

    @Test
    void closingOneOfTwoDoesNotForgetTheOther() {
        open.open(first);
        open.open(second);

        open.close(first);
        assertThat(open.size()).isEqualTo(1);
        open.close(second);
        open.close(second);

        assertThat(open.size()).isZero();
    }

    @Test
    void whatIsRememberedOfManyNamesIsBounded() {
        for (int i = 0; i < 300; i++) {
            Service one = service("dup-" + i);
            Service other = service("dup-" + i);
            open.open(one);
            open.open(other);
            open.close(one);
            open.close(other);
        }

        assertThat(notices).hasSize(20);
        assertThat(open.size()).isZero();
    }

    @Test
    void aServiceThatNobodyHoldsIsForgotten() {
        open.open(service("gone"));
        for (int round = 0; round < 1_000 && open.size() > 0; round++) {
            System.gc();
            Thread.onSpinWait();
            open.open(first);
            open.close(first);
        }

        assertThat(open.size()).isZero();
    }
}
