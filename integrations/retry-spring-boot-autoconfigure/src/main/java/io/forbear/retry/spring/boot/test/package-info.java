/**
 * For the tests of applications: {@link io.forbear.retry.spring.boot.test.ForbearTest} loads the services and the beans
 * that a test names, on virtual time. Needs {@code spring-boot-test}, JUnit and {@code retry-testkit}.
 */
@NullMarked
package io.forbear.retry.spring.boot.test;

import org.jspecify.annotations.NullMarked;
