package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BucketTest {

    private final ClientTable table = new ClientTable(1, null, () -> 0);
    private final Client a = client("a");
    private final Client b = client("b");
    private final Client c = client("c");

    private Client client(String id) {
        return new Client(table, id, id.hashCode(), 0);
    }

    private static @Nullable Client find(@Nullable Object bucket, String id) {
        return Bucket.find(bucket, id, id.hashCode());
    }

    @Test
    void nothingHoldsNobody() {
        assertThat(Bucket.size(null)).isZero();
        assertThat(find(null, "a")).isNull();
        assertThat(Bucket.contains(null, a)).isFalse();
        assertThat(Bucket.without(null, a)).isNull();
    }

    @Test
    void oneClientIsABucketOfItsOwn() {
        Object one = Bucket.with(null, a);

        assertThat(one).isSameAs(a);
        assertThat(Bucket.size(one)).isEqualTo(1);
        assertThat(Bucket.at(one, 0)).isSameAs(a);
        assertThat(find(one, "a")).isSameAs(a);
        assertThat(find(one, "b")).isNull();
        assertThat(Bucket.contains(one, a)).isTrue();
        assertThat(Bucket.contains(one, b)).isFalse();
        assertThat(Bucket.without(one, a)).isNull();
        assertThat(Bucket.without(one, b)).isSameAs(a);
    }

    @Test
    void severalKeepTheirOrder() {
        Object two = Bucket.with(a, b);
        Object three = Bucket.with(two, c);

        assertThat(two).isEqualTo(new Client[] {a, b});
        assertThat(three).isEqualTo(new Client[] {a, b, c});
        assertThat(Bucket.size(three)).isEqualTo(3);
        assertThat(Bucket.at(three, 2)).isSameAs(c);
        assertThat(find(three, "b")).isSameAs(b);
        assertThat(find(three, "d")).isNull();
        assertThat(Bucket.contains(three, a)).isTrue();
        assertThat(Bucket.contains(two, c)).isFalse();
    }

    @Test
    void whoLeavesLeavesTheOthersAsTheyWere() {
        Object three = Bucket.with(Bucket.with(a, b), c);

        Object rest = Bucket.without(three, b);

        assertThat(rest).isEqualTo(new Client[] {a, c});
        assertThat(three).as("no bucket is written once it is shown").isEqualTo(new Client[] {a, b, c});
        assertThat(Bucket.without(rest, a)).isSameAs(c);
    }

    /** "Aa" and "BB" have the same hash. */
    @Test
    void equalHashesAreToldApartByTheirIds() {
        Client first = client("Aa");
        Object both = Bucket.with(first, client("BB"));

        assertThat(find(first, "BB")).isNull();
        assertThat(find(both, new String("Aa"))).isSameAs(first);
        assertThat(Objects.requireNonNull(find(both, "BB")).id).isEqualTo("BB");
        assertThat(Bucket.find(both, "Aa", 0)).as("another hash").isNull();
    }
}
