"""gRPC servicers, interceptors and server lifecycle: translate between proto and domain, nothing else."""
