//! How the C library deals with memory.

/// Has large blocks given back to the system as soon as they are free.
///
/// Left alone, the allocator of glibc learns from the first large block that is freed to cut later
/// ones from its arenas, of which each thread may have one: after some thousand pictures they hold
/// hundreds of megabytes with gaps. Called before there are threads. Nothing happens elsewhere.
pub(crate) fn settle() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE: libc::c_int = 256 << 10;
        #[expect(unsafe_code, reason = "mallopt(3) has no other door")]
        // SAFETY: it takes two numbers, and nobody else allocates yet. Refused, it changes nothing.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        }
    }
}
