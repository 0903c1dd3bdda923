package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.PartitionSelectorException;
import io.lettuce.core.cluster.UnknownPartitionException;
import io.lettuce.core.cluster.models.partitions.Partitions;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisBusyException;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** Replies of the server, and the exceptions of the real clients, which the classifier knows by name. */
class RedisClassifierTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LOADING Redis is loading the dataset in memory | true
            READONLY You can't write against a read only replica. | true
            MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | true
            CLUSTERDOWN The cluster is down | true
            TRYAGAIN Multiple keys request during rehashing of slot | true
            NOREPLICAS Not enough good replicas to write. | true
            BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE. | true
            MOVED 3999 127.0.0.1:6381 | true
            ASK 3999 127.0.0.1:6381 | true
            UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?) | true
            ERR max number of clients reached | true
            ERR max number of clients + cluster connections reached | true
            ERR unknown command | false
            OOM command not allowed when used memory > 'maxmemory'. | false
            NOAUTH Authentication required. | false
            NOPERM this user has no permissions to run the 'set' command | false
            WRONGPASS invalid username-password pair or user is disabled. | false
            WRONGTYPE Operation against a key holding the wrong kind of value | false
            NOSCRIPT No matching script. | false
            EXECABORT Transaction discarded because of previous errors. | false
            CROSSSLOT Keys in request don't hash to the same slot | false
            MISCONF Redis is configured to save RDB snapshots | false
            BUSYKEY Target key name already exists. | false
            BUSYGROUP Consumer Group name already exists | false
            READONLYX no such word | false
            LOADING | true
            """)
    void aReplyIsReadByItsFirstWord(String reply, boolean passes) {
        Classification found = RedisClassifier.ofReply(reply);

        assertThat(found.isRetryable(!passes)).isEqualTo(passes);
        assertThat(found.isNotExecuted()).isEqualTo(passes);
        assertThat(found.category()).isEqualTo(passes ? ErrorCategory.TRANSIENT : ErrorCategory.CLIENT_ERROR);
    }

    private static String told(Throwable failure) {
        Classification found = RedisClassifier.create().classify(failure);
        return found == null
                ? "left to others"
                : found.category()
                        + (found.isRetryable(false) ? " retried" : "")
                        + (found.isNotExecuted() ? ", not executed" : "")
                        + (found.isLocal() ? ", local" : "");
    }

    private static DynamicTest is(String told, Throwable failure) {
        return DynamicTest.dynamicTest(
                failure.toString(), () -> assertThat(told(failure)).isEqualTo(told));
    }

    @TestFactory
    List<DynamicTest> exceptions_of_Lettuce() {
        return List.of(
                is("TRANSIENT retried, not executed", new RedisLoadingException("LOADING Redis is loading")),
                is("TRANSIENT retried, not executed", new RedisReadOnlyException("READONLY You can't write")),
                is("TRANSIENT retried, not executed", new RedisCommandExecutionException("CLUSTERDOWN is down")),
                is("TRANSIENT retried, not executed", new RedisCommandExecutionException("MOVED 1 127.0.0.1:1")),
                is("CLIENT_ERROR", new RedisCommandExecutionException("WRONGTYPE Operation")),
                is("CLIENT_ERROR", new RedisCommandExecutionException("OOM command not allowed")),
                is("TIMEOUT", new RedisCommandTimeoutException("Command timed out after 1 second(s)")),
                is(
                        "TRANSIENT retried, not executed",
                        new RedisConnectionException(
                                "Unable to connect",
                                new RedisCommandExecutionException("ERR max number of clients reached"))),
                is(
                        "CLIENT_ERROR",
                        new RedisConnectionException(
                                "Unable to connect", new RedisCommandExecutionException("NOAUTH required"))),
                is(
                        "left to others",
                        new RedisConnectionException("Unable to connect", new ConnectException("refused"))),
                is("NETWORK_ERROR retried, not executed", new RedisConnectionException("Unable to connect")),
                is(
                        "NETWORK_ERROR retried, not executed",
                        new RedisException("Currently not connected. Commands are rejected.")),
                is("NETWORK_ERROR retried, not executed", new RedisException("Connection is closed")),
                is("NETWORK_ERROR retried", new RedisException("Connection closed")),
                is("NETWORK_ERROR retried", new RedisException("Connection disconnected")),
                is("left to others", new RedisException(new SocketException("Connection reset"))),
                is(
                        "TRANSIENT retried, not executed, local",
                        new RedisException("Request queue size exceeded: 1. Commands are not accepted")),
                is("left to others", new RedisException("something else")),
                is(
                        "TRANSIENT retried, not executed",
                        new PartitionSelectorException("Cannot determine a partition", new Partitions())),
                is("TRANSIENT retried, not executed", new UnknownPartitionException("Connection to 1 not allowed")),
                is(
                        "TRANSIENT retried, not executed",
                        new CompletionException(new IllegalStateException(new RedisLoadingException("LOADING is")))));
    }

    @TestFactory
    List<DynamicTest> exceptions_of_Jedis() {
        HostAndPort node = new HostAndPort("127.0.0.1", 1);
        return List.of(
                is("TRANSIENT retried, not executed", new JedisDataException("LOADING Redis is loading")),
                is("TRANSIENT retried, not executed", new JedisBusyException("BUSY Redis is busy")),
                is("TRANSIENT retried, not executed", new JedisClusterException("CLUSTERDOWN The cluster is down")),
                is("TRANSIENT retried, not executed", new JedisMovedDataException("MOVED 1 127.0.0.1:1", node, 1)),
                is("CLIENT_ERROR", new JedisNoScriptException("NOSCRIPT No matching script.")),
                is("CLIENT_ERROR", new JedisAccessControlException("WRONGPASS invalid")),
                is("TRANSIENT retried", new JedisClusterOperationException("No more cluster attempts left.")),
                is("NETWORK_ERROR retried, not executed", new JedisConnectionException("Failed to connect to h:1.")),
                is("NETWORK_ERROR retried", new JedisConnectionException("Unexpected end of stream.")),
                is("left to others", new JedisConnectionException(new SocketTimeoutException("Read timed out"))));
    }

    @Test
    void whatTheRealJedisThrowsWithoutAServerIsNotExecuted() {
        Throwable failure = catchThrowable(() -> {
            try (Jedis jedis = new Jedis("127.0.0.1", 1, 1000)) {
                jedis.get("k");
            }
        });

        assertThat(failure).isInstanceOf(JedisConnectionException.class);
        assertThat(told(failure)).isEqualTo("NETWORK_ERROR retried, not executed");
    }

    @Test
    void whatIsNoExceptionOfARedisClientIsLeftToOthers() {
        assertThat(RedisClassifier.create().classify(new IllegalStateException("LOADING")))
                .isNull();
        assertThat(RedisClassifier.create()).hasToString("RedisClassifier");
    }
}
