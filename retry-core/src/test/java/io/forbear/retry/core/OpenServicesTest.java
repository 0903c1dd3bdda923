package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.decision.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenServicesTest {

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
    void twoOpenServicesOfOneNameAreNoticed() {
        OpenServices open = new OpenServices();
        Service first = service("dup");
        Service second = service("dup");

        open.open(first);
        assertThat(open.noticed("dup")).isFalse();
        open.open(second);

        assertThat(open.noticed("dup")).isTrue();
        assertThat(first.name()).isEqualTo(second.name());
    }

    @Test
    void aServiceThatFollowsOneThatWasClosedIsNot() {
        OpenServices open = new OpenServices();
        Service first = service("dup");
        open.open(first);
        open.close(first);
        assertThat(open.size()).isZero();

        open.open(service("dup"));

        assertThat(open.noticed("dup")).isFalse();
    }

    @Test
    void closingOneOfTwoDoesNotForgetTheOther() {
        OpenServices open = new OpenServices();
        Service first = service("dup");
        Service second = service("dup");
        open.open(first);
        open.open(second);

        open.close(first);
        assertThat(open.size()).isEqualTo(1);
        open.close(second);

        assertThat(open.size()).isZero();
    }

    @Test
    void whatIsRememberedOfManyNamesIsBounded() {
        OpenServices open = new OpenServices();
        int noticed = 0;
        for (int i = 0; i < 300; i++) {
            Service first = service("dup-" + i);
            Service second = service("dup-" + i);
            open.open(first);
            open.open(second);
            noticed += open.noticed("dup-" + i) ? 1 : 0;
            open.close(first);
            open.close(second);
        }

        assertThat(noticed).isEqualTo(100);
        assertThat(open.size()).isZero();
    }

    @Test
    void aServiceThatNobodyHoldsIsForgotten() {
        OpenServices open = new OpenServices();
        int rounds = 0;
        do {
            open.open(service("name-" + rounds));
            System.gc();
        } while (open.size() > 2 * (rounds / 3) + 2 && ++rounds < 1_000 || rounds++ < 10);

        assertThat(open.size()).isLessThan(rounds);
    }
}
