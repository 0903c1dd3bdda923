package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets in a cluster of three real nodes, which takes some seconds to form. */
class ClusterTest {

    private static final int NODES = 3;
    private static final int SLOTS = 16_384;

    @TempDir
    private Path folder;

    @Test
    void budgetsLiveOnTheNodesOfTheirSlotsAndEachNodeLoadsTheScript() throws Exception {
        List<RedisProcess> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(RedisProcess.start(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-config-file",
                        folder.resolve("node-" + i + ".conf").toString()));
            }
            form(nodes);
            RedisClusterClient client = RedisClusterClient.create(
                    RedisURI.Builder.redis("127.0.0.1", nodes.get(0).port())
                            .withTimeout(Duration.ofSeconds(10))
                            .build());
            try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
                Set<Integer> thirds = new TreeSet<>();
                for (int i = 0; i < 12; i++) {
                    String service = "service-" + i;
                    thirds.add(SlotHash.getSlot("forbear:{" + service + "}:pot") * NODES / SLOTS);
                    leases(service, connection);
                }
                assertThat(thirds).as("nodes that have a pot").hasSize(NODES);
                connection.sync().scriptFlush();
                leases("after the script is gone", connection);
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        } finally {
            nodes.forEach(RedisProcess::close);
        }
    }

    private static void leases(String service, StatefulRedisClusterConnection<String, String> connection) {
        try (FleetBudget fleet = FleetBudget.builder(LettuceStore.of(connection.async()), service)
                .leaseTimeout(Duration.ofSeconds(10))
                .build()) {
            RetryBudget budget = fleet.create(NanoClock.system());
            Await.until("a grant to " + service, () -> {
                budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
                return fleet.snapshot().granted() > 0;
            });
            assertThat(fleet.snapshot().state()).isEqualTo(FleetState.LEASED);
            assertThat(fleet.snapshot().failures()).isZero();
        }
    }

    private void form(List<RedisProcess> nodes) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(RedisProcess.find("valkey-cli", "redis-cli"), "--cluster", "create"));
        nodes.forEach(node -> command.add("127.0.0.1:" + node.port()));
        command.addAll(List.of("--cluster-replicas", "0", "--cluster-yes"));
        Process forming = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("create.log").toFile())
                .start();
        assertThat(forming.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(forming.exitValue()).isZero();
        for (RedisProcess node : nodes) { // a node that has just joined may refuse commands for two seconds
            Await.until("node " + node.port() + " takes part", () -> isPart(node));
        }
    }

    private static boolean isPart(RedisProcess node) {
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + node.port());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return connection.sync().clusterInfo().contains("cluster_state:ok");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
