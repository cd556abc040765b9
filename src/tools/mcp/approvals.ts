/** The approval page of the present sign-in, as the client showed it. */
export interface Approval {
  /** It contains the request token: for the user's eyes, and no log's. */
  url: string;
  /** A browser of this machine shows it. */
  isOpen: boolean;
}

/** Hands approval pages from the client's `onApprovalUrl` to the tool that signs in. */
export function createApprovals() {
  let shown: Approval | null = null;
  const waiting = new Set<(approval: Approval) => void>();

  return {
    show(url: string, isOpen: boolean) {
      shown = { url, isOpen };
      for (const resolve of waiting) resolve(shown);
      waiting.clear();
    },
    /** Resolves when the page of that address is shown, else the next one. */
    shown: (url: string | null): Promise<Approval> =>
      shown?.url === url && shown
        ? Promise.resolve(shown)
        : new Promise((resolve) => void waiting.add(resolve)),
  };
}

export type Approvals = ReturnType<typeof createApprovals>;
