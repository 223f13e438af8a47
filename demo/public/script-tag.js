document.querySelector('#count').addEventListener('click', async () => {
  const { total } = await window.zonetrace.withSpan('count teas', async () => {
    const response = await fetch('/api/products?pageSize=1');
    return response.json();
  });
  document.querySelector('#counted').textContent = `The shop has ${total} teas.`;
});
