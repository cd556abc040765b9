/** The approval page of the current sign-in. */
export interface Approval {
  /** Contains the request token: show it to the user only, and keep it out of logs. */
  url: string;
  /** A browser on this machine has opened it. */
  isOpen: boolean;
}

/** Passes approval pages from the client's `onApprovalUrl` to the tool `sign_in`. */
export function createApprovals() {
  let shown: Approval | null = null;
  const waiting = new Set<(approval: Approval) => void>();

  return {
    show(url: string, isOpen: boolean) {
      shown = { url, isOpen };
      for (const resolve of waiting) resolve(shown);
      waiting.clear();
    },
    /** Resolves to the page with that address if it is the current one, else to the next page. */
    shown: (url: string | null): Promise<Approval> =>
      shown?.url === url && shown
        ? Promise.resolve(shown)
        : new Promise((resolve) => void waiting.add(resolve)),
  };
}

export type Approvals = ReturnType<typeof createApprovals>;
