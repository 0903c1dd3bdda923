package io.forbear.retry.spring;

import java.lang.reflect.Method;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * The transaction that a caller has begun already. A method that takes part in it is not repeated: its first failure
 * has marked the transaction as one to be rolled back, and a database such as PostgreSQL refuses all that comes after.
 */
final class OuterTransaction {

    private static final boolean HAS_TRANSACTIONS = ClassUtils.isPresent(
            "org.springframework.transaction.annotation.Transactional", OuterTransaction.class.getClassLoader());

    private OuterTransaction() {}

    /** Tells whether a method takes part in the transaction of its caller, where there is one. */
    static boolean mayJoin(Method method, Class<?> type) {
        return HAS_TRANSACTIONS && Annotated.mayJoin(method, type);
    }

    /** Tells whether the thread is in a transaction. To be asked of methods that may join one. */
    static boolean isActive() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    /** A class of its own, for Spring's transactions may be missing. */
    private static final class Annotated {

        static boolean mayJoin(Method method, Class<?> type) {
            MergedAnnotation<Transactional> found = of(MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY));
            if (!found.isPresent()) {
                found = of(MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY));
            }
            if (!found.isPresent()) {
                return false;
            }
            return switch (found.getEnum("propagation", Propagation.class)) {
                case REQUIRED, SUPPORTS, MANDATORY -> true;
                case REQUIRES_NEW, NOT_SUPPORTED, NEVER, NESTED -> false;
            };
        }

        private static MergedAnnotation<Transactional> of(MergedAnnotations annotations) {
            return annotations.get(Transactional.class);
        }
    }
}
