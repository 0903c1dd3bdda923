package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies of the server. The exceptions of the clients are known by name, and tried where the clients are. */
class RedisClassifierTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LOADING Redis is loading the dataset in memory | true
            READONLY You can't write against a read only replica. | true
            MASTERDOWN Link with MASTER is down | true
            CLUSTERDOWN The cluster is down | true
            TRYAGAIN Multiple keys request during rehashing of slot | true
            NOREPLICAS Not enough good replicas to write. | true
            ERR max number of clients reached | true
            ERR unknown command | false
            OOM command not allowed when used memory > 'maxmemory'. | false
            NOSCRIPT No matching script. | false
            READONLYX no such prefix | false
            """)
    void aReplyIsReadByItsFirstWord(String reply, boolean passes) {
        Classification found = RedisClassifier.ofReply(reply);

        assertThat(found.isRetryable(!passes)).isEqualTo(passes);
        assertThat(found.isNotExecuted()).isEqualTo(passes);
        assertThat(found.category()).isEqualTo(passes ? ErrorCategory.TRANSIENT : ErrorCategory.CLIENT_ERROR);
    }

    @Test
    void whatIsNoExceptionOfARedisClientIsLeftToOthers() {
        assertThat(RedisClassifier.create().classify(new IllegalStateException("LOADING")))
                .isNull();
    }
}
